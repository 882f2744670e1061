import type { ScriptedModel } from '@molecule/adapters/testing';

/** A request for an answer, as far as the tests read it. */
export interface ModelRequest {
  readonly model: string;
  readonly system?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly name: string }[];
}

/** The bodies of the requests for an answer, the oldest first. */
export function requestBodies(model: ScriptedModel): readonly ModelRequest[] {
  return model.requests.filter(({ path }) => path === '/v1/messages').map(({ body }) => body as ModelRequest);
}

/** What the last request's last message says, in JSON. */
export function lastUserText(model: ScriptedModel): string {
  return JSON.stringify(requestBodies(model).at(-1)?.messages.at(-1)?.content);
}
