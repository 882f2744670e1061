import { EngineError, type FinishReason, readStopWord } from '@molecule/adapters';

/**
 * The finish reason for the provider's word; `undefined` if the word gives none. `calls`: whether the answer has tool calls.
 *
 * @throws {EngineError} if the word means a fault, or calls that the answer does not have
 */
export function toFinishReason(word: unknown, provider: string, calls: boolean): FinishReason | undefined {
  const meaning = readStopWord(word);
  switch (meaning) {
    case 'fault':
      throw new EngineError('unavailable', `${provider} broke off its answer ("${String(word)}").`);
    case 'overloaded':
      throw new EngineError('overloaded', `${provider} is overloaded.`);
    case 'tool-calls':
      if (calls) return 'stop';
      throw new EngineError('empty-answer', `${provider} announced tool calls and made none.`, { retryable: true });
    default:
      return meaning;
  }
}
