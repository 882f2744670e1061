// An engine without a model, which keeps the contract. Its verify tests spoil it line by line.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineAdapter, EngineError } from '@molecule/adapters';

export const adapter = defineAdapter({
  name: 'tiny',
  displayName: 'Tiny',
  description: 'Says it back.',
  createEngine: ({ workspace, environment, logger }) => {
    logger.info('made', { path: environment.PATH });
    return { runTurn: (turn, controls) => runTurn(turn, controls, workspace.stateDir) };
  },
});

async function* runTurn(turn, { signal }, stateDir) {
  if (signal.aborted) return;
  if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'It keeps no turns.');
  if (turn.kind === 'answer') {
    if (!existsSync(join(stateDir, turn.requestId))) throw new EngineError('lost', 'It never asked that.');
    yield { type: 'finish', text: `You said ${turn.text}.` };
    return;
  }
  if (turn.text === 'ask') {
    const requestId = crypto.randomUUID();
    writeFileSync(join(stateDir, requestId), '');
    yield { type: 'input-required', requestId, request: 'question', prompt: 'Which colour?' };
    return;
  }
  const pauseMs = turn.text.startsWith('slowly') ? 400 : 0;
  for (const word of turn.text.split(' ')) {
    yield { type: 'text-delta', text: `${word} ` };
    await pause(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
  yield { type: 'finish' };
}
