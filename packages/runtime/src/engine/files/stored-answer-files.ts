import { type AgentEngine, EngineError, type FileEvent, type FilePart, type TurnEvent } from '@molecule/adapters';
import { orAborted } from '../../support/wait.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { referenceTo, STORED_FILE_SCHEME } from '../../tasks/blobs/stored-file.js';
import { TURN } from '../../tasks/storage/storage-gate.js';
import { decorateEngine } from '../decorate-engine.js';

/** The same engine, whose files are stored as soon as it yields them: their events name the stored bytes. */
export function withStoredAnswerFiles(engine: AgentEngine, blobs: Blobs): AgentEngine {
  return decorateEngine(engine, async function* (turn, controls) {
    for await (const event of engine.runTurn(turn, controls)) {
      if (event.type === 'file') yield* stored(event, blobs, controls.signal);
      else yield event;
    }
  });
}

/** If the storage is in trouble, the engine waits, and the time does not count for the turn's timeouts. */
async function* stored({ file, ...event }: FileEvent, blobs: Blobs, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  const { data, path: _path, url, ...rest } = file;
  if (data === undefined) {
    if (url?.startsWith(STORED_FILE_SCHEME)) {
      throw new EngineError('internal', 'A file of the answer has an address that only the runtime may use.');
    }
    yield { ...event, file };
    return;
  }
  const held = Promise.withResolvers<'held'>();
  const storing = blobs.put(Buffer.from(data, 'base64'), { ...TURN, onHeld: () => held.resolve('held') });
  // After an abort its failure does not matter.
  storing.catch(() => {});
  if ((await orAborted(Promise.race([storing, held.promise]), signal)) === 'held') {
    yield { type: 'waiting', reason: 'the file of the answer cannot be stored now' };
  }
  const reference: FilePart = { ...rest, url: referenceTo(await orAborted(storing, signal)) };
  yield { ...event, file: reference };
}
