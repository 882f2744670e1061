import type { SeenEvent } from './dialect.js';

/** The state of a task as a client has read it from a stream. */
export interface SeenStream {
  readonly first: SeenEvent['kind'] | undefined;
  readonly taskId: string;
  readonly contextId: string;
  readonly state: string;
  /** The text of all artifacts, by the protocol's rules. */
  readonly text: string;
}

/** Reads a stream to its end, or until `until` returns true; then it closes the connection. */
export async function readStream(
  events: AsyncIterable<SeenEvent>,
  until: (seen: SeenStream) => boolean = () => false,
): Promise<SeenStream> {
  const texts = new Map<string, string>();
  let seen: SeenStream = { first: undefined, taskId: '', contextId: '', state: '', text: '' };
  for await (const event of events) {
    seen = { ...seen, first: seen.first ?? event.kind };
    if (event.kind === 'task') {
      const { id, contextId, state } = event.task;
      seen = { ...seen, taskId: id, contextId, state };
    } else if (event.kind === 'status') {
      seen = { ...seen, state: event.state };
    } else {
      const before = event.append ? (texts.get(event.artifactId) ?? '') : '';
      texts.set(event.artifactId, before + event.text);
      seen = { ...seen, text: [...texts.values()].join('') };
    }
    if (until(seen)) break;
  }
  return seen;
}
