import { createHash } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEngine, FilePart, Logger, Part, Turn } from '@molecule/adapters';
import { prepareTurns } from '../../engine/decorate-engine.js';
import { safeFileNames } from '../../engine/files/safe-file-names.js';
import type { PlatformApi } from '../api/platform-api.js';

/** The scheme of files that a person has attached in the canvas: a path in the workspace's container. Source: `chat_files.go`. */
const SCHEME = 'workspace:';
/** The same, for agents that fetch their messages: the platform keeps the file until it is acknowledged. Source: `chat_files.go` uploadPollMode. */
const PENDING = /^platform-pending:[^/]+\/([^/]+)$/;
const DOWNLOAD_MS = 60_000;

export interface IncomingUploadsOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly logger: Logger;
}

/**
 * The same engine, whose tools can read what a person has attached: a file that is in the container has its path there, any other is fetched
 * from the platform into the working directory. One that cannot be had keeps its address.
 */
export function withUploads(engine: AgentEngine, options: IncomingUploadsOptions): AgentEngine {
  return prepareTurns(engine, async (turn) => {
    if (turn.kind === 'continue') return { ...turn, original: await withPaths(turn.original, options) };
    return withPaths(turn, options);
  });
}

async function withPaths<Asked extends Exclude<Turn, { readonly kind: 'continue' }>>(
  turn: Asked,
  options: IncomingUploadsOptions,
): Promise<Asked> {
  if (!turn.parts.some(isUpload)) return turn;
  return { ...turn, parts: await Promise.all(turn.parts.map((part) => placed(part, turn.workDir, options))) };
}

async function placed(
  part: Part,
  workDir: string,
  { api, workspaceId, logger }: IncomingUploadsOptions,
): Promise<Part> {
  if (!isUpload(part)) return part;
  const { url = '', ...rest } = part;
  const source = url.slice(SCHEME.length);
  try {
    if (source.startsWith('/workspace/') && (await isReadable(source))) return { ...rest, path: source };
    const digest = createHash('sha256').update(url).digest('hex').slice(0, 16);
    const directory = join(workDir, 'inbox', `upload-${digest}`);
    const [name = 'file'] = safeFileNames([{ ...rest, name: rest.name ?? source.split('/').at(-1) ?? '' }]);
    const path = join(directory, name);
    if (await isReadable(path)) return { ...rest, path };
    const own = `/workspaces/${encodeURIComponent(workspaceId)}`;
    const pending = PENDING.exec(url)?.[1];
    const kept = pending === undefined ? undefined : `${own}/pending-uploads/${encodeURIComponent(pending)}`;
    const query = new URLSearchParams({ path: source });
    const from = kept === undefined ? `${own}/chat/download?${query}` : `${kept}/content`;
    const bytes = await api.download({ method: 'GET', path: from, timeoutMs: DOWNLOAD_MS });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(path, bytes, { mode: 0o600 });
    // Without it the platform removes the file later by itself.
    if (kept !== undefined) await api.call({ method: 'POST', path: `${kept}/ack` }).catch(() => {});
    return { ...rest, path };
  } catch (error) {
    logger.warn('a file that a person has attached could not be fetched from the platform', {
      url,
      reason: String(error),
    });
    return part;
  }
}

function isUpload(part: Part): part is FilePart {
  if (part.kind !== 'file' || part.url === undefined) return false;
  return part.url.startsWith(SCHEME) || PENDING.test(part.url);
}

function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
