import type { JsonObject } from '@molecule/adapters';
import { isObject } from '../../support/is-object.js';

/** Metadata key of a request that an agent sends for its own caller. Its value is an {@link ActingFor}. */
export const ACTING_FOR_KEY = 'molecule.delegation.act';

/** Longer chains are cut: no more delegations are allowed in a row. */
const MOST_ACTORS = 12;
const MOST_CHARACTERS = 512;

/** Who acts. `act` is who asked this one to. */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor;
}

/**
 * For whom a request is made, and who acts for them, in the form of RFC 8693 (section 4.1): `sub` asked first, `act` sends the request,
 * and the actors before it are inside of it. It is a statement of the sender, and gives it no rights.
 */
export interface ActingFor {
  readonly sub: string;
  readonly act: Actor;
}

/** What a request says about it; undefined if it says nothing, or something of another form. */
export function actingForIn(metadata: JsonObject): ActingFor | undefined {
  const value = metadata[ACTING_FOR_KEY];
  const subject = nameIn(value);
  const act = isObject(value) ? actorIn(value['act'], MOST_ACTORS) : undefined;
  return subject === undefined || act === undefined ? undefined : { sub: subject, act };
}

/**
 * What this agent says when it delegates.
 *
 * @param agent this agent's id
 * @param owner who asked this agent, as it knows the caller
 * @param told what that caller said of itself
 */
export function actingFor(agent: string, owner: string, told: ActingFor | undefined): ActingFor {
  if (!told) return { sub: owner, act: { sub: agent } };
  return { sub: told.sub, act: { sub: agent, act: { sub: owner, act: told.act } } };
}

/**
 * What the log says of a message that an agent has sent for its own caller: the sender, who asked first, and the actors, the latest first.
 * Nothing, if the message says nothing about it.
 *
 * @param owner the sender, as this agent knows it
 */
export function delegationInLog(metadata: JsonObject, owner: string): Readonly<Record<string, unknown>> {
  const told = actingForIn(metadata);
  if (!told) return {};
  const { sub, act } = told;
  const actors: string[] = [];
  for (let actor: Actor | undefined = act; actor; actor = actor.act) actors.push(actor.sub);
  return { from: owner, actsFor: sub, actors };
}

function actorIn(value: unknown, most: number): Actor | undefined {
  const subject = nameIn(value);
  if (subject === undefined || most === 0) return undefined;
  const before = isObject(value) ? actorIn(value['act'], most - 1) : undefined;
  return { sub: subject, ...(before && { act: before }) };
}

function nameIn(value: unknown): string | undefined {
  const subject = isObject(value) ? value['sub'] : undefined;
  return typeof subject === 'string' && subject !== '' && subject.length <= MOST_CHARACTERS ? subject : undefined;
}
