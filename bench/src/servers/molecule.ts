// The runtime with an engine that only answers, so that everything around the engine is measured.

import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AdapterContext,
  type AgentEngine,
  defineAdapter,
  silentLogger,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { startRuntime } from '@molecule/runtime';
import { ready } from './ready.ts';
import { speechIn } from './speech.ts';

const engineFor = ({ tools }: AdapterContext): AgentEngine => ({
  async *runTurn(turn: Turn, { signal }: TurnControls): AsyncGenerator<TurnEvent> {
    const asked = turn.kind === 'continue' ? turn.original : turn;
    const { text } = asked;
    // Each process appends the time of each call of its engine.
    if (process.env['BENCH_TURNS']) appendFileSync(process.env['BENCH_TURNS'], `${Date.now()}\n`);
    const chunks = /^stream (\d+)$/.exec(text)?.[1];
    if (/^hold/.test(text)) {
      await once(signal, 'abort');
      return;
    }
    const wait = /^wait (\d+)/.exec(text)?.[1];
    if (wait !== undefined) {
      await sleep(Number(wait));
      yield { type: 'finish', text: 'waited' };
      return;
    }
    const task = /^delegate (.*)$/s.exec(text)?.[1];
    const delegate = tools.find(({ name }) => name === 'delegate_task');
    if (task !== undefined && delegate) {
      const { taskId, contextId } = turn;
      const answer = await delegate.execute({ workspace_id: 'member', task }, { taskId, contextId, signal });
      yield { type: 'finish', text: JSON.stringify(answer) };
      return;
    }
    const lines = /^lines (\d+)$/.exec(text)?.[1];
    for (let line = 1; line <= Number(lines ?? 0); line++) yield { type: 'status', text: `Line ${line}` };
    const speech = speechIn(text);
    for (const word of speech ?? []) {
      if (word.waitMs > 0) await sleep(word.waitMs);
      yield { type: 'text-delta', text: word.text };
    }
    const [, pieces = 0, bytes = 0] = /^flood (\d+) (\d+)/.exec(text) ?? [];
    for (let piece = 0; piece < Number(pieces); piece++) yield { type: 'text-delta', text: 'x'.repeat(Number(bytes)) };
    if (chunks === undefined && speech === undefined) yield { type: 'text-delta', text: 'ok' };
    for (let chunk = 0; chunk < Number(chunks ?? 0); chunk++) yield { type: 'text-delta', text: `chunk ${chunk} ` };
    yield { type: 'finish' };
  },
});
const adapter = defineAdapter({
  name: 'noop',
  displayName: 'No-op',
  description: 'Answers at once.',
  repeatableTurns: true,
  createEngine: engineFor,
});
const directory = process.env['BENCH_DIRECTORY'] ?? (await mkdtemp(join(tmpdir(), 'molecule-bench-')));
await writeFile(join(directory, 'config.yaml'), `name: Bench\nruntime: noop\n${process.env['BENCH_CONFIG'] ?? ''}`);
const runtime = startRuntime({
  configPath: directory,
  environment: { MOLECULE_TEMPORAL: 'off', ...process.env },
  port: 0,
  adapter,
  logger: silentLogger,
});
ready((await runtime.ready).url);
