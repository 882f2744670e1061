import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { begin, connect, getTask, send, stateOf, text } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, rpc } from '../../support/wire.js';
import { canMount, type SmallDisk, smallDisk } from './full-disk.js';

const mounting = await canMount();
const MESSAGE = Buffer.alloc(1_000_000, 'message');
const ANSWER = Buffer.alloc(1_000_000, 'answer');

it.skipIf(!mounting)(
  'a file that the disk has no room for is refused with its message, and one of an answer waits for room',
  async () => {
    await using disk = (await smallDisk('12m')) as SmallDisk;
    const { adapter, gates, turns } = playAdapter();
    const environment = { MOLECULE_STATE_DIR: `${disk.path}/state` };
    await using runtime = await startTestRuntime({ adapter, environment });
    const client = await connect(runtime.url);
    const file = { kind: 'file', data: ANSWER.toString('base64'), name: 'made.bin' } as const;
    const task = await begin(client, play({ gate: 'go' }, { event: { type: 'file', file } }, { say: 'end' }));
    await until('it runs', () => turns.length === 1);
    await disk.fill();

    const message = {
      messageId: crypto.randomUUID(),
      role: 'ROLE_USER',
      parts: [{ raw: MESSAGE.toString('base64'), filename: 'mine.bin' }],
    };
    const refused = await rpc(runtime.url, 'SendMessage', { message });
    expect([refused.status, codeIn(refused.body)]).toEqual([503, 'STORAGE_FULL']);
    gates.open('go');
    expect(stateOf(await getTask(client, task.id))).toBe('working');
    const left = await readdir(join(disk.path, 'state'), { recursive: true });
    // The answer's file may be tried again at this moment, under another name.
    expect(left.filter((name) => /^blobs\/../.test(name) && !name.includes('.new-'))).toEqual([]);

    await disk.free();
    await until('its end', async () => stateOf(await getTask(client, task.id)) === 'completed');
    const made = (await getTask(client, task.id)).artifacts.find(({ artifactId }) => artifactId.startsWith('file-'));
    const content = made?.parts[0]?.content;
    expect(content?.$case === 'raw' && ANSWER.equals(content.value)).toBe(true);
    const mine: Part = {
      content: { $case: 'raw', value: MESSAGE },
      filename: 'mine.bin',
      mediaType: '',
      metadata: undefined,
    };
    expect(stateOf(await send(client, '', { parts: [text('again'), mine] }))).toBe('completed');
  },
);
