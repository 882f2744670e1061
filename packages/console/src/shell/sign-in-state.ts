import { useSyncExternalStore } from 'react';
import { setUnauthorizedHandler } from '../api/request.js';
import { readToken, writeToken } from '../api/session-token.js';
import { live } from '../live/live-stream.js';

const listeners = new Set<() => void>();
let needed = false;

/** Asks for a token whenever the server answers 401. */
export function watchSignIn(): void {
  setUnauthorizedHandler(() => setNeeded(true));
}

/** Whether the server asks for a token that the page does not have. */
export function useSignInNeeded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => needed,
  );
}

export function signIn(token: string): void {
  writeToken(token);
  setNeeded(false);
  live.stop();
  live.start();
}

export function signOut(): void {
  writeToken(undefined);
  live.stop();
  setNeeded(true);
}

export function signedIn(): boolean {
  return readToken() !== undefined;
}

function setNeeded(value: boolean): void {
  if (needed === value) return;
  needed = value;
  for (const listener of listeners) listener();
}
