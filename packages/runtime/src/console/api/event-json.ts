import { StreamResponse } from '@a2a-js/sdk';
import type { ShownFiles } from '../../serving/a2a/shown-files.js';
import { STORED_FILE_SCHEME } from '../../tasks/blobs/stored-file.js';
import { eventFromJson } from '../../tasks/events/task-event.js';
import type { StoredEvent } from '../../tasks/log/overview/event-pages.js';

/** A reader that gets files by their URL. */
const BY_URL = { files: { acceptsUrls: true } };

/**
 * Events of the task log as the console reads them, as text: `{"seq":…,"at":…,"event":…}`. `at` is the time of a status; other events have
 * none. Stored files are shown by their URL.
 */
export class EventJson {
  readonly #files: Pick<ShownFiles, 'events'>;

  constructor(files: Pick<ShownFiles, 'events'>) {
    this.#files = files;
  }

  async of({ seq, json }: StoredEvent): Promise<string> {
    const shown = json.includes(STORED_FILE_SCHEME) ? await this.#withUrls({ seq, json }) : json;
    const at = timeOf(shown);
    return `{"seq":${seq},${at === undefined ? '' : `"at":${JSON.stringify(at)},`}"event":${shown}}`;
  }

  async all(events: readonly StoredEvent[]): Promise<string> {
    const texts: string[] = [];
    for (const event of events) texts.push(await this.of(event));
    return `[${texts.join(',')}]`;
  }

  async #withUrls({ seq, json }: StoredEvent): Promise<string> {
    async function* one() {
      yield { payload: eventFromJson(json) as StreamResponse['payload'], seq };
    }
    for await (const event of this.#files.events(one(), BY_URL)) return JSON.stringify(StreamResponse.toJSON(event));
    return json;
  }
}

function timeOf(json: string): string | undefined {
  if (!json.startsWith('{"statusUpdate"')) return undefined;
  const { statusUpdate } = JSON.parse(json) as {
    readonly statusUpdate?: { readonly status?: { readonly timestamp?: string } };
  };
  return statusUpdate?.status?.timestamp;
}
