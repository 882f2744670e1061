import type { Message, Part } from '@a2a-js/sdk';
import type { FileLimits } from '../../settings/environment/runtime-settings.js';
import { malformed } from '../../tasks/a2a-errors.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { referenceTo } from '../../tasks/blobs/stored-file.js';
import { CALLER } from '../../tasks/storage/storage-gate.js';

/** The files of incoming messages: their limits, and where their bytes are stored. */
export class MessageFiles {
  readonly #limits: FileLimits;
  readonly #blobs: Blobs;

  constructor(limits: FileLimits, blobs: Blobs) {
    this.#limits = limits;
    this.#blobs = blobs;
  }

  /**
   * Checks the number and size of a message's files. Files given by URL do not count: they are never fetched.
   *
   * @throws {RequestMalformedError} with code `TOO_MANY_FILES` or `FILE_TOO_LARGE`
   */
  check({ parts }: Message): void {
    const { mostFiles, mostBytes } = this.#limits;
    let files = 0;
    for (const [index, { content }] of parts.entries()) {
      if (content?.$case !== 'raw') continue;
      files++;
      const { byteLength } = content.value;
      if (byteLength <= mostBytes) continue;
      throw malformed(
        'FILE_TOO_LARGE',
        `message.parts[${index}] is a file of ${byteLength} bytes; one file may have ${mostBytes} (MOLECULE_MAX_FILE). Send it by URL.`,
      );
    }
    if (files <= mostFiles) return;
    throw malformed(
      'TOO_MANY_FILES',
      `message.parts holds ${files} files; a message may hold ${mostFiles} (MOLECULE_MAX_FILES). Send the rest in another message, all as one archive, or by URL.`,
    );
  }

  /**
   * The message with references in place of bytes, which are stored.
   *
   * @throws {StorageError} if they cannot be stored now
   */
  async store(message: Message): Promise<Message> {
    if (!message.parts.some(hasBytes)) return message;
    const parts: Part[] = [];
    for (const part of message.parts) parts.push(await this.#stored(part));
    return { ...message, parts };
  }

  async #stored(part: Part): Promise<Part> {
    if (part.content?.$case !== 'raw') return part;
    const value = referenceTo(await this.#blobs.put(part.content.value, CALLER));
    return { ...part, content: { $case: 'url', value } };
  }
}

/** Removes the parts with bytes from a message that is needed no longer. */
export function forgetBytes(message: Message | undefined): void {
  if (message?.parts.some(hasBytes)) message.parts = message.parts.filter((part) => !hasBytes(part));
}

function hasBytes({ content }: Part): boolean {
  return content?.$case === 'raw';
}
