// An engine without a model, for the tests of the command line. The text of a message says what is to happen.
import { execFile } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { defineAdapter, EngineError } from '@molecule/adapters';

export const adapter = defineAdapter({
  name: 'echo',
  displayName: 'Echo engine',
  description: 'Says what it hears',
  repeatableTurns: process.env.ECHO_REPEATS === '1',
  credentials: (_model, { ECHO_NEEDS: name }) => ({ anyOf: name ? [name] : [], demoModel: Boolean(name) }),
  async createEngine(context) {
    const { environment, workspace } = context;
    await wait(Number(environment.ECHO_STARTS_MS ?? 0));
    return {
      runTurn: (turn, controls) => runTurn(turn, controls, context),
      async forget(contextId) {
        const file = join(workspace.stateDir, 'forgotten.txt');
        if (environment.ECHO_FORGET !== 'hangs') return appendFile(file, `${contextId}\n`);
        await appendFile(file, `begun ${contextId}\n`);
        await new Promise(() => {});
      },
    };
  },
});

async function* runTurn(turn, { signal, store }, { environment }) {
  if (turn.kind === 'continue') {
    if ((await store?.get('begun')) !== true) throw new EngineError('invalid-request', 'The engine store is empty.');
    throw new EngineError('nothing-to-continue', 'It begins again.');
  }
  if (process.env.ECHO_REPEATS === '1') await store?.put('begun', true);
  if (turn.kind === 'answer') {
    yield { type: 'finish', text: `You chose ${turn.text}` };
    return;
  }
  const [verb, ...rest] = turn.text.split(' ');
  if (verb === 'files') {
    const files = turn.parts.filter(({ kind }) => kind === 'file');
    yield { type: 'finish', text: files.map(({ name, mediaType, data }) => `${name} ${mediaType} ${data}`).join('\n') };
    return;
  }
  if (verb === 'environment') {
    // What the engine is given, what it finds by itself, and what a program of it gets without being given anything.
    const { stdout } = await promisify(execFile)('env');
    yield { type: 'finish', text: JSON.stringify({ given: environment, found: process.env, inherited: stdout }) };
    return;
  }
  if (verb === 'fail') throw new EngineError('auth', 'The provider refused the key.');
  if (verb === 'ask') {
    yield { type: 'input-required', requestId: 'r1', request: 'question', prompt: 'Red or blue?' };
    return;
  }
  if (verb === 'report') {
    yield { type: 'text-delta', text: 'Here it is.' };
    yield { type: 'artifact', id: 'report', parts: [{ kind: 'text', text: 'A report.' }], last: true };
    yield { type: 'finish' };
    return;
  }
  if (verb === 'offer') {
    const [yes, no] = ['Yes please', 'No'].map((label) => ({ id: label.slice(0, 2), label }));
    const also = [{ requestId: 'r2', request: 'question', prompt: 'Red?', choices: [yes] }];
    const request = { requestId: 'r1', request: 'approval', prompt: 'Shall it be painted?', choices: [yes, no] };
    yield { type: 'input-required', ...request, ...(rest[0] === 'both' && { also }) };
    return;
  }
  if (verb === 'end') {
    yield { type: 'finish', text: 'So far.', reason: rest[0] };
    return;
  }
  const pauseMs = verb === 'slowly' ? 150 : 0;
  for (const word of verb === 'slowly' ? rest : [verb, ...rest]) {
    yield { type: 'text-delta', text: `${word} ` };
    await wait(word === process.env.ECHO_HOLDS_AT ? 2 ** 30 : pauseMs, undefined, { signal });
  }
  yield { type: 'finish' };
}
