import { basename } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { type FileRefusal, readConfinedFile } from '../attachments/confined-file.js';
import { mediaTypeOf } from '../attachments/media-types.js';
import type { MessageFile } from '../delegation/message-file.js';

/** Fewer than a member of ours takes in one message, so that it never refuses a task for them. */
const MOST_FILES = 16;
/** Some 60,000 tokens; whoever reads it has to have room for the task besides. */
const MOST_BYTES = 256 * 1024;
/** In base64 a third more, which stays below the 1 MiB that proxies commonly let through. */
const MOST_BYTES_TOGETHER = 512 * 1024;

/** The files of `shared_context`, as members get them with each task. */
export class SharedContext {
  readonly #configDir: string;
  readonly #files: readonly string[];
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  /** @param files relative to the directory of `config.yaml`; what lies outside is left out */
  constructor(configDir: string, files: readonly string[], logger: Logger) {
    this.#configDir = configDir;
    this.#files = files;
    this.#logger = logger;
  }

  /** Reads them as they are now. Never fails: what cannot be shared is left out, and the log says so once. */
  async read(): Promise<readonly MessageFile[]> {
    const shared: MessageFile[] = [];
    let room = MOST_BYTES_TOGETHER;
    for (const file of this.#files) {
      if (shared.length === MOST_FILES) {
        this.#leaveOut(file, `only ${MOST_FILES} files are shared`);
        continue;
      }
      const read = await readConfinedFile(this.#configDir, file, MOST_BYTES).catch((error: Error) => error);
      if (read instanceof Error) this.#leaveOut(file, read.message);
      else if ('why' in read) this.#leaveOut(file, describe(read));
      else if (read.length > room) this.#leaveOut(file, `all together may have ${MOST_BYTES_TOGETHER} bytes`);
      else {
        room -= read.length;
        shared.push({ name: basename(file), mediaType: mediaTypeOf(file), bytes: read });
      }
    }
    return shared;
  }

  #leaveOut(file: string, reason: string): void {
    const line = `shared_context: ${file} is not shared: ${reason}`;
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#logger.warn(line);
  }
}

function describe(refusal: FileRefusal): string {
  switch (refusal.why) {
    case 'missing':
      return 'there is no such file beside config.yaml';
    case 'unreadable':
      return 'it cannot be read';
    case 'outside':
      return 'it lies outside the directory of config.yaml';
    case 'no-file':
      return 'it is no file';
    case 'too-large':
      return `it has ${refusal.bytes} bytes; a file may have ${MOST_BYTES}`;
  }
}
