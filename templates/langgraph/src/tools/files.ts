import { constants } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type AgentTool, defineTool } from './agent-tool.js';
import { confinedPath } from './confined-path.js';

/** Bytes of a file that go to the model at once. More would crowd out the conversation. */
const READ_LIMIT = 100_000;
const LIST_LIMIT = 500;

const path = z.string().min(1).describe('Relative to the working directory, for example notes/today.md');

/** Tools that can access only the turn's working directory. */
export function fileTools(): AgentTool[] {
  const inside = async (workDir: string, asked: string, work: (path: string) => Promise<string>) => {
    try {
      return await work(await confinedPath(workDir, asked));
    } catch (error) {
      // Node's own messages hold the absolute path, which is not for the model.
      throw new Error(`"${asked}": ${reasonOf(error as NodeJS.ErrnoException)}.`);
    }
  };
  return [
    defineTool({
      name: 'list_files',
      description: 'Lists a folder of the working directory; names of folders end in a slash.',
      schema: z.object({ path: path.default('.') }),
      execute: (input, { workDir }) => inside(workDir, input.path, listFolder),
    }),
    defineTool({
      name: 'read_file',
      description: `Reads a text file of the working directory, at most ${READ_LIMIT} bytes from "offset" on.`,
      schema: z.object({ path, offset: z.int().nonnegative().default(0).describe('Byte to begin at. Default 0.') }),
      execute: (input, { workDir }) => inside(workDir, input.path, (file) => readText(file, input.offset)),
    }),
    defineTool({
      name: 'write_file',
      description: 'Writes a text file in the working directory. It replaces what was there and makes missing folders.',
      schema: z.object({ path, content: z.string() }),
      execute: (input, { workDir }) => inside(workDir, input.path, (file) => writeText(file, input.content)),
    }),
  ];
}

async function listFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  if (names.length === 0) return '(empty)';
  const more = names.length > LIST_LIMIT ? [`(${names.length - LIST_LIMIT} more)`] : [];
  return [...names.slice(0, LIST_LIMIT), ...more].join('\n');
}

async function readText(file: string, offset: number): Promise<string> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const { size } = await regularFile(handle);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(READ_LIMIT), 0, READ_LIMIT, offset);
  const read = buffer.subarray(0, bytesRead);
  if (read.includes(0)) throw new Error('it is not a text file');
  const bytes = offset + bytesRead < size ? wholeCharacters(read) : read;
  const end = offset + bytes.length;
  const text = bytes.toString('utf8');
  return end < size ? `${text}\n(${size - end} more bytes; read on with offset ${end})` : text;
}

/** Without the bytes of a character that is cut at the end; bytes that are no UTF-8 stay. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    // The first byte of a character gives its number of bytes.
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (length > 0) return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

async function writeText(file: string, content: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const flags =
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using handle = await open(file, flags);
  await regularFile(handle);
  await handle.writeFile(content, 'utf8');
  return `Wrote ${Buffer.byteLength(content)} bytes.`;
}

/** A pipe or a device would block, or be written to. */
async function regularFile(handle: Awaited<ReturnType<typeof open>>) {
  const stats = await handle.stat();
  if (!stats.isFile()) throw new Error('it is not a regular file');
  return stats;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code === undefined ? error.message : (REASONS[error.code] ?? error.code);
}
