import { type Adapter, defineAdapter } from '../../../src/index.js';
import type { ContractFixtures } from '../../../src/testing/index.js';
import { echoSubject, type Subject } from '../echo-adapter.js';
import { withExtra } from '../spoiled-engines.js';

/** A rule, an adapter that breaks it, a text that the violation must contain, and changed fixtures. */
export type Row = readonly [
  rule: string,
  title: string,
  subject: Subject,
  says: RegExp,
  fixtures?: Partial<ContractFixtures>,
];

/** An adapter that breaks no rule. */
export const good = echoSubject();

/** The good adapter with another engine. */
export const engine = echoSubject;

/** The good fixtures with any value as the adapter. */
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
