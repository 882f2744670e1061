import { type Adapter, defineAdapter } from '../../../src/index.js';
import type { ContractFixtures } from '../../../src/testing/index.js';
import { echoSubject, type Subject } from '../echo-adapter.js';
import { withExtra } from '../spoiled-engines.js';

/** A rule, an adapter that breaks it, what the violation must say, and fixtures that differ. */
export type Row = readonly [
  rule: string,
  title: string,
  subject: Subject,
  says: RegExp,
  fixtures?: Partial<ContractFixtures>,
];

/** An adapter that keeps to every rule. */
export const good = echoSubject();

/** The good adapter with another engine. */
export const engine = echoSubject;

/** The good fixtures with anything for an adapter. */
export function exactly(adapter: object): Subject {
  return { ...good, adapter: adapter as Adapter<never> };
}

/** The good adapter with some of its fields changed. */
export function adapter(fields: Partial<Adapter>): Subject {
  return exactly(defineAdapter({ ...good.adapter, ...fields } as Adapter));
}

/** The good engine with more events before its end. */
export function extra(...events: object[]): Subject {
  return echoSubject(withExtra(...events));
}
