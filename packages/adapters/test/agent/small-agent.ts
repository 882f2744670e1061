import { setTimeout as pause } from 'node:timers/promises';
import { defineAgent, EngineError, type TurnEvent } from '../../src/index.js';

/** An agent in its small form with every ability that the contract suite tests. */
export const adapter = defineAgent<{ readonly loud?: boolean } | undefined>({
  name: 'small',
  description: 'Repeats, asks and fails.',
  configSchema: {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) =>
        value === 'bad' ? { issues: [{ message: 'it is bad' }] } : { value: value as { loud?: boolean } | undefined },
    },
  },
  async *run(turn, { step, ask, emit }): AsyncGenerator<string | TurnEvent, string | undefined> {
    const [verb = '', ...rest] = turn.text.split(' ');
    switch (verb) {
      case 'slow':
        for (const word of rest) {
          await pause(100);
          yield `${word} `;
        }
        return undefined;
      case 'repeat':
        return (await turn.conversation()).map(({ role, text }) => `${role}: ${text}`).join(', ');
      case 'recall': {
        const before = await turn.conversation();
        await ask({ prompt: 'Ready?' });
        return before.map(({ text }) => text).join();
      }
      case 'slowly':
        await step('words', async (run) => {
          for (const word of rest) {
            await pause(100, undefined, { signal: run.signal });
            await run.emit({ type: 'text-delta', text: `${word} ` });
          }
        });
        return undefined;
      case 'fail':
        throw new EngineError('overloaded', 'Too much.');
      case 'ask': {
        const { text } = await ask({ prompt: 'Which colour?' });
        return `The colour is ${text}.`;
      }
      case 'both': {
        const answers = await Promise.all([ask({ prompt: 'One?' }), ask({ prompt: 'Two?' })]);
        return answers.map(({ text }) => text).join(' and ');
      }
      case 'refuse':
        yield { type: 'reject', reason: 'not my work' };
        return undefined;
      case 'sign':
        yield { type: 'auth-required', requestId: 'sign', prompt: 'Sign in.' };
        return undefined;
      case 'give':
        await step('give', async (run) => {
          await run.emit({ type: 'status', text: 'giving' });
          await run.emit({ type: 'data', data: { given: true } });
          await run.emit({ type: 'artifact', id: 'report', parts: [{ kind: 'text', text: 'a report' }], last: true });
        });
        return 'given';
      default:
        await emit({ type: 'text-delta', text: await step('answer', () => `You said: ${turn.text}`) });
        return undefined;
    }
  },
});
