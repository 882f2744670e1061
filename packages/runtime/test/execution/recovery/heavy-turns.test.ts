import type { Part } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, stateOf, text } from '../../support/a2a-client.js';
import { startHost, workspaceDirectory } from '../../support/host-process.js';
import { play } from '../../support/play-adapter.js';
import { until } from '../../support/until.js';

const TURNS = 20;
const FILE_BYTES = 7_000_000;
/** Less than half of the files' bytes. */
const HEAP = 64;

it('turns with large files run in a small heap, and all of them end after a kill', async () => {
  await using workspace = await workspaceDirectory();
  const options = { directory: workspace.path, repeatableTurns: true, heapMegabytes: HEAP };
  await using first = await startHost(options);
  const client = await connect(first.url);
  const ids: string[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const script = play({ say: `turn ${turn}` }, { gate: 'never', onAttempts: [1] });
    const file: Part = {
      content: { $case: 'raw', value: Buffer.alloc(FILE_BYTES, turn) },
      filename: 'large.bin',
      mediaType: '',
      metadata: undefined,
    };
    ids.push((await begin(client, '', { parts: [text(script), file] })).id);
  }
  for (const id of ids) await until('it speaks', async () => answerOf(await getTask(client, id)).startsWith('turn'));
  expect(await first.kill('SIGKILL')).toBe('SIGKILL');

  await using second = await startHost(options);
  const after = await connect(second.url);
  for (const id of ids) await until('its end', async () => stateOf(await getTask(after, id)) === 'completed');
});
