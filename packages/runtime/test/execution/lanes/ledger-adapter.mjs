// An engine without a model that records in one file when each of its turns begins and ends, for several processes of a workspace.
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defineAdapter } from '@molecule/adapters';

/** Of several machines, each with a state directory of its own. */
const SHARED = process.env.LEDGER;

export const adapter = defineAdapter({
  name: 'ledger',
  displayName: 'Ledger engine',
  description: 'Records its turns',
  repeatableTurns: true,
  async createEngine({ workspace }) {
    const directory = SHARED ?? workspace.stateDir;
    const record = (what, { contextId, text, attempt }) => {
      const line = JSON.stringify({ what, contextId, text, attempt, pid: process.pid });
      appendFileSync(join(directory, 'ledger.txt'), `${line}\n`);
    };
    return {
      async *runTurn(turn, { signal }) {
        record('begin', turn);
        try {
          yield { type: 'text-delta', text: turn.text ?? '' };
          if (turn.text?.startsWith('hold')) {
            while (!existsSync(join(directory, 'go'))) await wait(10, undefined, { signal });
          } else await wait(10, undefined, { signal });
          yield { type: 'finish' };
        } finally {
          // The engine still works after the turn has ended for its client.
          await wait(20);
          record('end', turn);
        }
      },
    };
  },
});
