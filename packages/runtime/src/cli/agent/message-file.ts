import { readFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Part } from '@a2a-js/sdk';
import { UsageError } from '../host/usage-error.js';

/** The types that agents treat differently. Every other file is `application/octet-stream`. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.mp3': 'audio/mpeg',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
  '.zip': 'application/zip',
};

/**
 * A file as a part of a message.
 *
 * @param path Relative to `directory`.
 * @throws {UsageError} if it cannot be read
 */
export async function readFilePart(path: string, directory: string): Promise<Part> {
  const file = resolve(directory, path);
  const found = await stat(file).catch((error: unknown) => cannotRead(path, error));
  if (!found.isFile()) throw new UsageError(`--file wants a file, and ${path} is not one.`);
  const value = await readFile(file).catch((error: unknown) => cannotRead(path, error));
  const mediaType = MEDIA_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
  return { content: { $case: 'raw', value }, mediaType, filename: basename(file), metadata: undefined };
}

function cannotRead(path: string, error: unknown): never {
  throw new UsageError(`--file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}
