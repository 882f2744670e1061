import type { JsonObject } from '../../../api/a2a.js';
import type { EntryList } from './entry-list.js';
import type { NoteEntry, ToolEntry } from './items.js';

/** Where in the task an event stands. */
export interface Place {
  readonly seq: number;
  readonly at: string | undefined;
  readonly turn: number;
}

/** A thought longer than this continues in a further entry. */
const MOST_THOUGHT = 20_000;

/** What an engine reports besides its answer: `molecule.event` in the metadata of a status. */
export class EngineEvents {
  readonly #list: EntryList;
  /** The open calls of tools: their ids are unique within a turn. */
  readonly #calls = new Map<string, string>();

  constructor(list: EntryList) {
    this.#list = list;
  }

  /** @param isCut The texts of the event were shortened. */
  add(place: Place, event: JsonObject, isCut = false) {
    const type = String(event['type']);
    switch (type) {
      case 'reasoning-delta':
        return this.#think(place, stringOf(event['text']));
      case 'tool-call':
        return this.#call(place, event, isCut);
      case 'tool-progress':
        return this.#change(event, (tool) => ({ ...tool, progress: stringOf(event['message']) }));
      case 'tool-result':
        this.#change(event, (tool) => ({
          ...tool,
          state: event['ok'] === false ? 'failed' : 'done',
          output: event['output'],
          endedAt: place.at,
          ...(isCut && { isCut }),
        }));
        this.#calls.delete(stringOf(event['id']));
        return;
      case 'retry': {
        const delayMs = typeof event['delayMs'] === 'number' ? event['delayMs'] : undefined;
        const reason = stringOf(event['reason']);
        return this.#list.add({ kind: 'retry', key: `retry-${place.seq}`, ...place, reason, delayMs });
      }
      case 'waiting':
        return this.note(place, 'waiting', stringOf(event['reason']));
      default:
        return this.#list.add({ kind: 'other', key: `other-${place.seq}`, ...place, name: type, value: event });
    }
  }

  /** A line that takes the place of the line before it, if nothing happened between them. */
  note(place: Place, kind: NoteEntry['kind'], text: string): void {
    const { last } = this.#list;
    if (last?.kind === kind) this.#list.replace({ ...last, text, at: place.at });
    else this.#list.add({ kind, key: `note-${place.seq}`, ...place, text });
  }

  /** The attempt or the turn has ended: what still ran does not run any more. */
  interrupted({ at }: Place): void {
    for (const key of this.#calls.values()) {
      const tool = this.#list.get(key);
      if (tool?.kind === 'tool') this.#list.replace({ ...tool, state: 'lost', endedAt: at });
    }
    this.#calls.clear();
  }

  #think(place: Place, piece: string): void {
    const { last } = this.#list;
    if (last?.kind === 'thought' && last.source.length < MOST_THOUGHT) {
      this.#list.replace({ ...last, source: last.source + piece, endedAt: place.at });
    } else {
      this.#list.add({ kind: 'thought', key: `thought-${place.seq}`, ...place, source: piece, endedAt: place.at });
    }
  }

  #call(place: Place, event: JsonObject, isCut: boolean): void {
    const key = `tool-${place.seq}`;
    const id = stringOf(event['id']);
    this.#calls.set(id, key);
    const { input } = event;
    this.#list.add({
      kind: 'tool',
      key,
      ...place,
      id,
      name: stringOf(event['name']),
      input,
      state: 'running',
      ...(isCut && { isCut }),
    });
  }

  #change(event: JsonObject, change: (tool: ToolEntry) => ToolEntry): void {
    const key = this.#calls.get(stringOf(event['id']));
    const tool = key === undefined ? undefined : this.#list.get(key);
    if (tool?.kind === 'tool') this.#list.replace(change(tool));
  }
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
