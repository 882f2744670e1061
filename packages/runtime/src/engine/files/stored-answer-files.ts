import {
  type AgentEngine,
  type ArtifactEvent,
  EngineError,
  type FileEvent,
  type FilePart,
  type FinishEvent,
  type Part,
  type TurnEvent,
  type WaitingEvent,
} from '@molecule/adapters';
import { orAborted } from '../../support/wait.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { referenceTo, STORED_FILE_SCHEME } from '../../tasks/blobs/stored-file.js';
import { TURN } from '../../tasks/storage/storage-gate.js';
import { decorateEngine } from '../decorate-engine.js';

/** An event that may hold files. */
type EventWithFiles = FileEvent | ArtifactEvent | FinishEvent;

/** Yields events while the storage is in trouble, and returns what is stored. */
type Storing<Stored> = AsyncGenerator<WaitingEvent, Stored>;

/** The same engine, whose files are stored as soon as it yields them: their events name the stored bytes. */
export function withStoredAnswerFiles(engine: AgentEngine, blobs: Blobs): AgentEngine {
  return decorateEngine(engine, async function* (turn, controls) {
    const store = (part: FilePart) => storedFile(part, blobs, controls.signal);
    for await (const event of engine.runTurn(turn, controls)) {
      // Only these have files; a generator for each piece of a text would cost more than the piece.
      if (hasFiles(event)) yield yield* storedEvent(event, store);
      else yield event;
    }
  });
}

/** The same for one event, without reports of the wait. */
export async function storedEventFiles(event: TurnEvent, blobs: Blobs, signal: AbortSignal): Promise<TurnEvent> {
  if (!hasFiles(event)) return event;
  const storing = storedEvent(event, (part) => storedFile(part, blobs, signal));
  for (;;) {
    const next = await storing.next();
    if (next.done) return next.value;
  }
}

function hasFiles(event: TurnEvent): event is EventWithFiles {
  return event.type === 'file' || event.type === 'artifact' || (event.type === 'finish' && event.message !== undefined);
}

async function* storedEvent(event: EventWithFiles, store: (part: FilePart) => Storing<FilePart>): Storing<TurnEvent> {
  switch (event.type) {
    case 'file':
      return { ...event, file: yield* store(event.file) };
    case 'artifact':
      return { ...event, parts: yield* storedParts(event.parts, store) };
    case 'finish':
      return { ...event, message: yield* storedParts(event.message ?? [], store) };
  }
}

async function* storedParts(
  parts: readonly Part[],
  store: (part: FilePart) => Storing<FilePart>,
): Storing<readonly Part[]> {
  const stored: Part[] = [];
  for (const part of parts) stored.push(part.kind === 'file' ? yield* store(part) : part);
  return stored;
}

/** If the storage is in trouble, the engine waits, and the time does not count for the turn's timeouts. */
async function* storedFile(file: FilePart, blobs: Blobs, signal: AbortSignal): Storing<FilePart> {
  const { data, path: _path, url, ...rest } = file;
  if (data === undefined) {
    if (url?.startsWith(STORED_FILE_SCHEME)) {
      throw new EngineError('internal', 'A file of the answer has an address that only the runtime may use.');
    }
    return file;
  }
  const held = Promise.withResolvers<'held'>();
  const storing = blobs.put(Buffer.from(data, 'base64'), { ...TURN, onHeld: () => held.resolve('held') });
  // After an abort its failure does not matter.
  storing.catch(() => {});
  if ((await orAborted(Promise.race([storing, held.promise]), signal)) === 'held') {
    yield { type: 'waiting', reason: 'the file of the answer cannot be stored now' };
  }
  return { ...rest, url: referenceTo(await orAborted(storing, signal)) };
}
