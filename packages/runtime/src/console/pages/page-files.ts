import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

/** A file that is served. */
export interface PageFile {
  readonly bytes: Buffer;
  /** Undefined: it would not be smaller. */
  readonly compressed: Buffer | undefined;
  readonly type: string;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

const COMPRESSED = /^(?:text\/|application\/json|image\/svg)/;

/** The files of a directory. Only those that were there at the beginning exist, so no path leads out of it. Each is read once. */
export class PageFiles {
  readonly #directory: string;
  readonly #names: ReadonlySet<string>;
  readonly #read = new Map<string, Promise<PageFile>>();

  private constructor(directory: string, names: ReadonlySet<string>) {
    this.#directory = directory;
    this.#names = names;
  }

  static async open(directory: string): Promise<PageFiles> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const names = entries.flatMap((entry) => {
      if (!entry.isFile()) return [];
      return [join(entry.parentPath, entry.name).slice(directory.length).split(sep).join('/').replace(/^\//, '')];
    });
    return new PageFiles(directory, new Set(names));
  }

  /**
   * @param name such as `assets/index.js`
   * @returns undefined: there is no such file
   */
  file(name: string): Promise<PageFile> | undefined {
    if (!this.#names.has(name)) return undefined;
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const reading = readFile(join(this.#directory, name)).then((bytes) => pageFile(name, bytes));
    this.#read.set(name, reading);
    reading.catch(() => this.#read.delete(name));
    return reading;
  }
}

export async function pageFile(name: string, bytes: Buffer): Promise<PageFile> {
  const type = TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream';
  const compressed = COMPRESSED.test(type) ? await compress(bytes, { level: 9 }) : undefined;
  return {
    bytes,
    compressed: compressed && compressed.length < bytes.length ? compressed : undefined,
    type,
    etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
  };
}
