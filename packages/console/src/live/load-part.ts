import { backoffMs, pause } from './backoff.js';
import { live } from './live-stream.js';

/** Failures with a live connection after which the part counts as replaced by another version of the page. */
const MOST_FAILURES = 3;
const RELOADED = 'molecule.reloaded';
const RELOAD_AGAIN_MS = 60_000;

/**
 * Loads a part of the page, and waits while the server is away: what is shown stays, and the part comes when the connection is back. If the server is
 * there but the part is not, a newer version of the page was installed, and the page is loaded again.
 *
 * @throws what `load` throws, if the part is missing in the page that was loaded again, too
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load();
    } catch (error) {
      if (live.connection === 'live') failures += 1;
      if (failures >= MOST_FAILURES && !reloadOnce()) throw error;
      await pause(backoffMs(attempt), new AbortController().signal);
    }
  }
}

/** False if the page was loaded again a moment ago. */
function reloadOnce(): boolean {
  try {
    const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (Date.now() - before < RELOAD_AGAIN_MS) return false;
    sessionStorage.setItem(RELOADED, String(Date.now()));
  } catch {
    return false;
  }
  location.reload();
  return true;
}
