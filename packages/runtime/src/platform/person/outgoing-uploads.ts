import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { z } from 'zod';
import { safeFileNames } from '../../engine/files/safe-file-names.js';
import type { PlatformApi } from '../api/platform-api.js';

/** Where the platform looks for the files of a chat, in the workspace's container. Source: `chat_files.go`. */
const VOLUME = '/workspace';
const DIRECTORY = join('.molecule', 'chat-uploads');
const UPLOAD_MS = 60_000;

const uploaded = z.looseObject({ files: z.array(z.looseObject({ uri: z.string() })).min(1) });

/** A file of an answer. */
export interface OutgoingFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface OutgoingUploadsOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly logger: Logger;
  /** The workspace's volume in a container of the platform. Default: `/workspace`. */
  readonly volume?: string;
}

/** Gives files of answers to the platform, whose canvas shows only those with an address of its own. */
export class OutgoingUploads {
  readonly #options: OutgoingUploadsOptions;

  constructor(options: OutgoingUploadsOptions) {
    this.#options = options;
  }

  /** The address under which the canvas fetches the file; undefined: the platform keeps no files of this workspace. */
  async upload(file: OutgoingFile): Promise<string | undefined> {
    return (await this.#place(file)) ?? (await this.#send(file));
  }

  /** In a container the file only has to be where the platform reads it. */
  async #place({ name, bytes }: OutgoingFile): Promise<string | undefined> {
    const { volume = VOLUME } = this.#options;
    const directory = join(volume, DIRECTORY);
    const [safe = 'file'] = safeFileNames([{ name }]);
    const path = join(directory, `${randomBytes(8).toString('hex')}-${safe}`);
    try {
      // The volume itself is never made: without it the platform reads nothing here.
      if (!(await stat(volume)).isDirectory()) return undefined;
      await mkdir(directory, { recursive: true });
      await writeFile(path, bytes);
      return `workspace:${path}`;
    } catch {
      // This is no container of the platform.
      return undefined;
    }
  }

  async #send({ name, mediaType, bytes }: OutgoingFile): Promise<string | undefined> {
    const { api, workspaceId, logger } = this.#options;
    const body = new FormData();
    body.append('files', new Blob([new Uint8Array(bytes)], { type: mediaType }), name);
    const path = `/workspaces/${encodeURIComponent(workspaceId)}/chat/uploads`;
    try {
      return uploaded.parse(await api.call({ method: 'POST', path, body, timeoutMs: UPLOAD_MS })).files[0]?.uri;
    } catch (error) {
      logger.warn('a file of an answer could not be given to the platform', { name, reason: String(error) });
      return undefined;
    }
  }
}
