import type { HistoryEntry } from '../contract/turn.js';
import { extractMessageText } from './extract-message-text.js';

/** What {@link readHistory} found. */
export interface HistoryReading {
  readonly entries: readonly HistoryEntry[];
  /** How many entries could not be read, or held no text. A history that is no list at all counts as one. */
  readonly ignored: number;
}

/**
 * The earlier messages that a caller sent along, out of a message's `metadata.history`: see {@link readHistory}, which
 * also tells how many entries it could not read.
 */
export function extractHistory(metadata: unknown): readonly HistoryEntry[] {
  return readHistory(metadata).entries;
}

/**
 * Reads `metadata.history`. An entry is `{role, parts}`, `{role, content}` or `[role, content]`. The role `user` (and
 * `human`, and a role that is left out) becomes `human`, any other becomes `ai`: a caller cannot put words into the
 * mouth of the system. Entries without text are left out. Never throws: the caller wrote it, and may have written
 * anything.
 */
export function readHistory(metadata: unknown): HistoryReading {
  const history = isRecord(metadata) ? metadata['history'] : undefined;
  if (history === undefined || history === null) return { entries: [], ignored: 0 };
  if (!Array.isArray(history)) return { entries: [], ignored: 1 };
  const entries = history.map(readEntry).filter((entry) => entry !== undefined);
  return { entries, ignored: history.length - entries.length };
}

function readEntry(entry: unknown): HistoryEntry | undefined {
  const [role, content] = Array.isArray(entry) ? entry : isRecord(entry) ? [entry['role'], contentOf(entry)] : [];
  const speaker = readRole(role ?? 'user');
  const text = (typeof content === 'string' ? content : extractMessageText(content)).trim();
  return speaker === undefined || text === '' ? undefined : [speaker, text];
}

function contentOf(entry: Readonly<Record<string, unknown>>): unknown {
  return entry['parts'] ?? entry['content'];
}

/** A2A 1.0 writes its roles `ROLE_USER` and `ROLE_AGENT`. */
const HUMAN_ROLES: readonly string[] = ['user', 'human', 'role_user'];

function readRole(role: unknown): string | undefined {
  if (typeof role !== 'string') return undefined;
  return HUMAN_ROLES.includes(role.toLowerCase()) ? 'human' : 'ai';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
