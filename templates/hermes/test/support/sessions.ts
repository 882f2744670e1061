import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gatewayOf } from './gateway.js';
import type { TestWorkspace } from './workspace.js';

/** The status with which Hermes answers for a session. */
export async function statusOfSession(workspace: TestWorkspace, sessionId: string): Promise<number> {
  const { port, apiKey } = await gatewayOf(workspace);
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`http://127.0.0.1:${port}/api/sessions/${sessionId}`, { headers });
  await response.body?.cancel();
  return response.status;
}

/** Continues a session in a new one with one message, as Hermes does when it compresses a conversation. */
export function continueSession({ stateDir }: TestWorkspace, from: string, to: string, text: string): void {
  using database = new DatabaseSync(join(stateDir, 'hermes', 'home', 'state.db'));
  const now = Date.now() / 1000;
  database.exec('PRAGMA busy_timeout = 5000');
  database.prepare("UPDATE sessions SET end_reason = 'compression', ended_at = ? WHERE id = ?").run(now, from);
  database
    .prepare(
      'INSERT INTO sessions (id, source, parent_session_id, started_at) SELECT ?, source, id, ? FROM sessions WHERE id = ?',
    )
    .run(to, now, from);
  database
    .prepare("INSERT INTO messages (session_id, role, content, timestamp) VALUES (?, 'user', ?, ?)")
    .run(to, text, now);
}
