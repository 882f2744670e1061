import type { Session } from './types.js';

/** True if the caller's scopes allow what needs `scope`; `admin` allows everything. */
export function may(session: Session | undefined, scope: 'send' | 'cancel' | 'admin'): boolean {
  const scopes = session?.scopes ?? [];
  return scopes.includes(scope) || scopes.includes('admin');
}

/** True if the caller may do this with a task of that owner: operations of A2A work on the own tasks only. */
export function mayActOn(session: Session | undefined, scope: 'send' | 'cancel', owner: string): boolean {
  return session?.owner === owner && may(session, scope);
}
