import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Adapter,
  defineAdapter,
  EngineError,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';

/** Instructions to the engine in a message. Any text that is not a JSON object is echoed. */
export interface Plan {
  /** The number of words of the answer `0 1 2 ...`. Default 1. */
  readonly words?: number;
  /** Milliseconds before each word. Default 0. */
  readonly everyMs?: number;
  /** The turn ends only after this file exists. */
  readonly untilFile?: string;
  /** The engine asks this question, and the turn ends in input-required. */
  readonly ask?: string;
}

/** One line of the ledger. All processes write to it, so it records which turn ran in which process, and how often. */
export interface LedgerLine {
  readonly event: 'begin' | 'end';
  readonly at: number;
  readonly pid: number;
  readonly workspaceId: string;
  readonly taskId: string;
  readonly messageId: string;
  readonly kind: Turn['kind'];
  readonly attempt: number;
  /** The number of words in the checkpoint with which the turn began. */
  readonly from: number;
  /** The reason of the abort, if the turn was aborted. */
  readonly reason?: string;
}

/** An engine that records its turns in the ledger, and continues from its checkpoint after a crash. */
export function ledgerAdapter(ledger: string): Adapter {
  const adapter = defineAdapter({
    name: 'ledger',
    displayName: 'Ledger',
    description: 'Keeps a ledger of its turns.',
    createEngine: ({ workspace }) => ({
      runTurn: (turn, controls) => record(ledger, workspace.id, turn, controls),
    }),
  });
  return adapter as Adapter;
}

export function plan(steps: Plan): string {
  return JSON.stringify(steps);
}

/** The answer to a plan with this number of words. */
export function words(to: number, from = 0): string {
  return Array.from({ length: to - from }, (_, index) => `${from + index} `).join('');
}

export function readLedger(file: string): readonly LedgerLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as LedgerLine);
}

async function* record(
  ledger: string,
  workspaceId: string,
  turn: Turn,
  controls: TurnControls,
): AsyncGenerator<TurnEvent> {
  const { taskId, messageId, kind, attempt } = turn;
  const from = wordsDone(turn);
  const write = (event: LedgerLine['event'], reason?: string) => {
    const line = {
      event,
      at: Date.now(),
      pid: process.pid,
      workspaceId,
      taskId,
      messageId,
      kind,
      attempt,
      from,
      reason,
    };
    appendFileSync(ledger, `${JSON.stringify(line satisfies Omit<LedgerLine, 'reason'>)}\n`);
  };
  if (kind === 'continue' && from === 0) throw new EngineError('nothing-to-continue', 'This turn had not begun.');
  write('begin');
  try {
    yield* perform(turn, from, controls);
  } finally {
    const { signal } = controls;
    write('end', signal.aborted ? (signal.reason as { readonly code: string }).code : undefined);
  }
}

async function* perform(turn: Turn, from: number, { signal, checkpoint }: TurnControls): AsyncGenerator<TurnEvent> {
  const original = turn.kind === 'continue' ? turn.original : turn;
  if (original.kind === 'answer') {
    yield { type: 'finish', text: `answered: ${original.text}` };
    return;
  }
  const steps = parse(original.text);
  if (!steps) {
    yield { type: 'finish', text: `echo: ${original.text}` };
    return;
  }
  if (steps.ask !== undefined) {
    yield { type: 'input-required', requestId: 'question-1', request: 'question', prompt: steps.ask };
    return;
  }
  if (from > 0) {
    // The streamed text may be longer than the text of the checkpoint.
    yield { type: 'reset' };
    yield { type: 'text-delta', text: words(from) };
  }
  const { words: count = 1, everyMs = 0, untilFile } = steps;
  for (let word = from; word < count; word++) {
    if (everyMs > 0) await sleep(everyMs, undefined, { signal });
    checkpoint(word + 1);
    yield { type: 'text-delta', text: words(word + 1, word) };
  }
  while (untilFile !== undefined && !existsSync(untilFile)) await sleep(10, undefined, { signal });
  yield { type: 'finish' };
}

function wordsDone(turn: Turn): number {
  return turn.kind === 'continue' && typeof turn.checkpoint === 'number' ? turn.checkpoint : 0;
}

function parse(text: string): Plan | undefined {
  if (!text.startsWith('{')) return undefined;
  return JSON.parse(text) as Plan;
}
