import { setTimeout as delay } from 'node:timers/promises';
import { assertEngineError } from '../../../checks/engine-error.js';
import type { AbortReason, Turn } from '../../../contract/turn.js';
import type { TurnEvent } from '../../../contract/turn-event.js';
import { demand } from '../../../errors/contract-violation.js';
import type { ContractFixtures } from '../fixtures.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { within } from '../within.js';
import { Workbench } from '../workbench.js';
import { checkItAnswers } from './answering.js';

/** The runner promises its callers that work stops within this time after a cancel. */
const STOP_LIMIT_MS = 2_000;
/** A turn that tells nothing is stopped after this time. */
const FIRST_EVENT_LIMIT_MS = 3_000;
/** Time for the engine to be in the middle of its work. */
const WORK_MS = 300;

/**
 * Begins the slow turn, stops it in the middle, and checks that it ends in silence.
 *
 * @returns what was told before the last state was saved; undefined when none was
 */
export async function stopInTheMiddle(
  bench: Workbench,
  turn: Turn,
  code: AbortReason['code'],
): Promise<readonly TurnEvent[] | undefined> {
  const controller = new AbortController();
  const early: TurnEvent[] = [];
  const late: TurnEvent[] = [];
  let saves = bench.saves;
  let saved: readonly TurnEvent[] | undefined;
  const lookForSaves = () => {
    if (bench.saves > saves) saved = [...early];
    saves = bench.saves;
  };
  let tellFirst = () => {};
  const first = new Promise<void>((resolve) => {
    tellFirst = resolve;
  });
  let isOver = false;
  const ended = (async () => {
    try {
      for await (const event of bench.start(turn, controller.signal)) {
        lookForSaves();
        (controller.signal.aborted ? late : early).push(event);
        tellFirst();
      }
    } catch (error) {
      checkStopError(error, controller.signal);
    } finally {
      isOver = true;
    }
  })();
  // Awaited below; until then a rejection must not count as unhandled.
  ended.catch(() => undefined);
  await Promise.race([first, ended, delay(FIRST_EVENT_LIMIT_MS, undefined, { ref: false })]);
  await delay(WORK_MS);
  if (isOver) await ended;
  lookForSaves();
  demand(!isOver, 'the turn of `slow` must still run when it is stopped; make it slower', early);
  controller.abort({ code, message: 'stopped by the contract suite' } satisfies AbortReason);
  await within(STOP_LIMIT_MS, 'an aborted turn must end', ended);
  demand(late.length === 0, 'nothing may be told after an abort', late);
  return saved;
}

function checkStopError(error: unknown, signal: AbortSignal): void {
  assertEngineError(error);
  if (signal.aborted) demand(error.code === 'canceled', 'an aborted turn must end, or throw "canceled"', error);
  else throw error;
}

async function checkNothingLeft(look: (() => Promise<readonly string[]>) | undefined, what: string): Promise<void> {
  if (look === undefined) return;
  const deadline = Date.now() + STOP_LIMIT_MS;
  let left = await look();
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50);
    left = await look();
  }
  demand(left.length === 0, `${what} must leave nothing behind`, left);
}

const stopsInTheMiddle: ContractRule = {
  name: 'stops within 2 s of an abort, says nothing more, and takes the next message',
  needs: ['slow'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(fixtures.slow?.text ?? '');
    await stopInTheMiddle(bench, turn, 'canceled');
    await checkNothingLeft(fixtures.slow?.leftovers, 'an aborted turn');
    await checkItAnswers(bench, fixtures, turn.contextId);
  },
};

const startsNotAtAll: ContractRule = {
  name: 'does nothing when the signal is aborted before the turn',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const reason: AbortReason = { code: 'canceled', message: 'stopped before it began' };
    const signal = AbortSignal.abort(reason);
    const events: TurnEvent[] = [];
    const ended = (async () => {
      try {
        for await (const event of bench.start(messageTurn(fixtures.message), signal)) events.push(event);
      } catch (error) {
        checkStopError(error, signal);
      }
    })();
    await within(STOP_LIMIT_MS, 'a turn that is aborted before it begins must end', ended);
    demand(events.length === 0, 'nothing may be told after an abort', events);
  },
};

const stopsWhenLeft: ContractRule = {
  name: 'stops when the reader leaves in the middle',
  needs: ['slow'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(fixtures.slow?.text ?? '');
    const iterator = bench.start(turn, new AbortController().signal)[Symbol.asyncIterator]();
    const first = await within(bench.timeoutMs, 'the turn of `slow` must tell something', iterator.next());
    demand(first.done !== true, 'the turn of `slow` must tell something before it ends');
    const left = iterator.return?.();
    if (left !== undefined) await within(STOP_LIMIT_MS, 'a turn must end when its reader leaves', left);
    await checkNothingLeft(fixtures.slow?.leftovers, 'a turn whose reader left');
    await checkItAnswers(bench, fixtures, turn.contextId);
  },
};

const isDisposed: ContractRule = {
  name: 'is disposed after a turn, and leaves nothing behind',
  needs: [],
  async check(adapter, fixtures: ContractFixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    await checkItAnswers(bench, fixtures);
    await bench.disposeEngine();
    await checkNothingLeft(fixtures.leftovers, 'a disposed engine');
  },
};

export const stoppingRules: readonly ContractRule[] = [stopsInTheMiddle, startsNotAtAll, stopsWhenLeft, isDisposed];
