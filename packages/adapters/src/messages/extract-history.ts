import type { HistoryEntry } from '../contract/turn.js';
import { extractMessageText } from './extract-message-text.js';

/** What {@link readHistory} found. */
export interface HistoryReading {
  readonly entries: readonly HistoryEntry[];
  /** Number of entries that were unreadable or held no text. A history that is no list counts as one. */
  readonly ignored: number;
}

/** The entries of {@link readHistory}. */
export function extractHistory(metadata: unknown): readonly HistoryEntry[] {
  return readHistory(metadata).entries;
}

/**
 * Reads the earlier messages that a client sent in a message's `metadata.history`. An entry is `{role, parts}`, `{role, content}` or
 * `[role, content]`. The roles `user` and `human` and a missing role become `human`. Every other role becomes `ai`, so a client cannot
 * write a system message. Entries without text are ignored. Never throws, whatever the client sent.
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
