import type { ScriptedModel } from '@molecule/adapters/testing';

/** A request to the model: the parts that the tests read. */
export interface ModelRequest {
  readonly model: string;
  readonly system?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly name: string }[];
}

/** The bodies of the requests to the model, the oldest first. */
export function requestBodies(model: ScriptedModel): readonly ModelRequest[] {
  return model.requests.filter(({ path }) => path === '/v1/messages').map(({ body }) => body as ModelRequest);
}

/** The content of the last message of the last request, as JSON. */
export function lastUserText(model: ScriptedModel): string {
  return JSON.stringify(requestBodies(model).at(-1)?.messages.at(-1)?.content);
}
