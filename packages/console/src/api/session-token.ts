const KEY = 'molecule.token';

/** The access token lives in the tab's session storage only: it ends with the tab and never stands in an address. */
export function readToken(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return kept;
  }
}

/** Stores the token of this tab; `undefined` signs out. */
export function writeToken(token: string | undefined): void {
  kept = token;
  try {
    if (token === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // The browser allows no storage; the token then ends with the page.
  }
}

let kept: string | undefined;
