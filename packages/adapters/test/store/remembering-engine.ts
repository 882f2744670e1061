import { type AgentEngine, EngineError, type Turn, type TurnEvent } from '../../src/index.js';

/** Keeps everything in the engine store: answers each message with all messages of the context so far. */
export default (): AgentEngine => ({
  async *runTurn(turn: Turn, { store, signal }): AsyncGenerator<TurnEvent> {
    if (signal.aborted) throw new EngineError('canceled', 'The turn was canceled.');
    if (!store) throw new Error('This engine needs an engine store.');
    const { text, messageId } = turn.kind === 'continue' ? turn.original : turn;
    const known = (await store.list('said')).entries.some(({ id }) => id === messageId);
    if (turn.kind === 'continue' && !known) {
      throw new EngineError('nothing-to-continue', 'This message is not stored.');
    }
    // The ids leave out what an earlier attempt has stored.
    await store.append('said', [{ id: messageId, value: ['user', text] }]);
    const said = (await store.list('said')).entries.filter(({ id }) => !id?.startsWith('answer to'));
    const words = said
      .slice(0, said.findIndex(({ id }) => id === messageId) + 1)
      .map(({ value }) => (value as [string, string])[1]);
    yield { type: 'text-delta', text: words.join(', ') };
    await store.append('said', [{ id: `answer to ${messageId}`, value: ['assistant', words.join(', ')] }]);
    yield { type: 'finish', text: words.join(', ') };
  },
});
