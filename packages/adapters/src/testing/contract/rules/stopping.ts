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

/** How soon an engine must stop after an abort. */
const STOP_LIMIT_MS = 2_000;
/** When a turn without any event is aborted. */
const FIRST_EVENT_LIMIT_MS = 3_000;
/** How long the engine works before it is aborted. */
const WORK_MS = 300;

/**
 * Starts the slow turn, aborts it while it runs, and checks that it ends without further events.
 *
 * @returns the events before the last state was saved; `undefined` if none was saved
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
  demand(!isOver, 'the turn of `slow` must still run when it is aborted; make it slower', early);
  controller.abort({ code, message: 'stopped by the contract suite' } satisfies AbortReason);
  await within(STOP_LIMIT_MS, 'an aborted turn must end', ended);
  demand(late.length === 0, 'nothing may be yielded after an abort', late);
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
  name: 'stops within 2 s of an abort, yields nothing more, and answers the next message',
  needs: ['slow'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(fixtures.slow?.text ?? '');
    await stopInTheMiddle(bench, turn, 'canceled');
    await checkNothingLeft(fixtures.slow?.leftovers, 'an aborted turn');
    await checkItAnswers(bench, fixtures, { contextId: turn.contextId });
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
    demand(events.length === 0, 'nothing may be yielded after an abort', events);
  },
};

const stopsWhenLeft: ContractRule = {
  name: 'stops when its reader stops reading',
  needs: ['slow'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(fixtures.slow?.text ?? '');
    const iterator = bench.start(turn, new AbortController().signal)[Symbol.asyncIterator]();
    const first = await within(bench.timeoutMs, 'the turn of `slow` must yield an event', iterator.next());
    demand(first.done !== true, 'the turn of `slow` must yield an event before it ends');
    const left = iterator.return?.();
    if (left !== undefined) await within(STOP_LIMIT_MS, 'a turn must end when its reader stops reading', left);
    await checkNothingLeft(fixtures.slow?.leftovers, 'a turn whose reader stopped reading');
    await checkItAnswers(bench, fixtures, { contextId: turn.contextId });
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
