import { basename } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { type FileRefusal, readConfinedFile } from '../../support/files/confined-file.js';
import { mediaTypeOf } from '../../support/files/media-types.js';
import type { MessageFile } from '../../tasks/team/delegation.js';

/** Fewer than a Molecule agent accepts in one message, so that it never refuses a task because of them. */
const MOST_FILES = 16;
/** The limit of one file: about 60,000 tokens, which leaves a model room for the task. */
const MOST_BYTES = 256 * 1024;
/** The limit of all files. In base64 they grow by a third and stay below 1 MiB, a common limit of proxies. */
const MOST_BYTES_TOGETHER = 512 * 1024;

/** The files of `shared_context`, which are sent to members with each task. */
export class SharedContext {
  readonly #configDir: string;
  readonly #files: readonly string[];
  readonly #logger: Logger;
  readonly #logged = new Set<string>();

  /** @param files relative to the directory of `config.yaml`; files outside it are left out */
  constructor(configDir: string, files: readonly string[], logger: Logger) {
    this.#configDir = configDir;
    this.#files = files;
    this.#logger = logger;
  }

  /** Reads the current files. Never fails: a file that cannot be shared is left out with one warning. */
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
      else if ('why' in read) this.#leaveOut(file, reasonFor(read));
      else if (read.length > room) this.#leaveOut(file, `all files together may have ${MOST_BYTES_TOGETHER} bytes`);
      else {
        room -= read.length;
        shared.push({ name: basename(file), mediaType: mediaTypeOf(file), bytes: read });
      }
    }
    return shared;
  }

  #leaveOut(file: string, reason: string): void {
    const line = `shared_context: ${file} is not shared: ${reason}`;
    if (this.#logged.has(line)) return;
    this.#logged.add(line);
    this.#logger.warn(line);
  }
}

function reasonFor(refusal: FileRefusal): string {
  switch (refusal.why) {
    case 'missing':
      return 'there is no such file beside config.yaml';
    case 'unreadable':
      return 'it cannot be read';
    case 'outside':
      return 'it lies outside the directory of config.yaml';
    case 'no-file':
      return 'it is not a regular file';
    case 'too-large':
      return `it has ${refusal.bytes} bytes; a file may have ${MOST_BYTES}`;
  }
}
