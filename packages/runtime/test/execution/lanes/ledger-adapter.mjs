// An engine without a model that records in one file when each of its turns begins and ends, for several processes of a workspace.
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defineAdapter } from '@molecule/adapters';

export const adapter = defineAdapter({
  name: 'ledger',
  displayName: 'Ledger engine',
  description: 'Records its turns',
  repeatableTurns: true,
  async createEngine({ workspace }) {
    const record = (what, { contextId, text, attempt }) => {
      const line = JSON.stringify({ what, contextId, text, attempt, pid: process.pid });
      appendFileSync(join(workspace.stateDir, 'ledger.txt'), `${line}\n`);
    };
    return {
      async *runTurn(turn, { signal }) {
        record('begin', turn);
        try {
          yield { type: 'text-delta', text: turn.text ?? '' };
          if (turn.text?.startsWith('hold')) {
            while (!existsSync(join(workspace.stateDir, 'go'))) await wait(10, undefined, { signal });
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
