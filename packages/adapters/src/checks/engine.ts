import type { AgentEngine } from '../contract/engine.js';
import type { TurnEvent } from '../contract/turn-event.js';
import { demand, kindOf } from '../errors/contract-violation.js';
import { nearestName } from './nearest-name.js';

const OPTIONAL = ['abandon', 'forget', 'transcript', 'check', Symbol.asyncDispose] as const;
/** Names that authors have used for `runTurn`; a message suggests `runTurn` for them. */
const MEANT = ['run', 'invoke', 'stream', 'turn', 'execute', 'handle'];

/**
 * Checks that `createEngine` returned an engine.
 *
 * @throws {ContractViolationError}
 */
export function assertEngine(engine: unknown): asserts engine is AgentEngine {
  demand(
    (typeof engine === 'object' || typeof engine === 'function') && engine !== null,
    `createEngine must give an engine, an object with runTurn, not ${kindOf(engine)}`,
  );
  const methods = engine as Readonly<Record<string | symbol, unknown>>;
  if (methods['runTurn'] === undefined) {
    const names = methodNames(engine);
    const near = names.find((name) => MEANT.includes(name) || nearestName(name, ['runTurn']) !== undefined);
    const hint = near === undefined ? '' : ` (did you mean its "${near}"?)`;
    demand(false, `an engine must have a method runTurn; this one has ${names.join(', ') || 'no methods'}${hint}`);
  }
  const { runTurn } = methods;
  demand(typeof runTurn === 'function', `an engine's runTurn must be a method, not ${kindOf(runTurn)}`);
  for (const key of OPTIONAL) {
    const method = methods[key];
    const isGood = method === undefined || typeof method === 'function';
    demand(isGood, `an engine's ${String(key)} must be a method when it is there, not ${kindOf(method)}`);
  }
}

/**
 * Checks that `runTurn` returned something that `for await` can read.
 *
 * @throws {ContractViolationError}
 */
export function assertTurnEvents(events: unknown): asserts events is AsyncIterable<TurnEvent> {
  const iterable = events as { readonly [Symbol.asyncIterator]?: unknown } | null | undefined;
  demand(
    typeof iterable?.[Symbol.asyncIterator] === 'function',
    `runTurn must give an async iterable (write it as "async *runTurn(turn, controls)"), not ${kindOf(events)}`,
  );
}

function methodNames(engine: object): string[] {
  const names = new Set<string>();
  for (let at: unknown = engine; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const value = Object.getOwnPropertyDescriptor(at, name)?.value as unknown;
      if (name !== 'constructor' && typeof value === 'function') names.add(name);
    }
    if (typeof at === 'function') break;
  }
  return [...names];
}
