import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTask, streamMessage } from './client.ts';
import type { Finding } from './report.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { round } from './statistics.ts';

const TURNS = 60;
const FILE_BYTES = 7 * 1024 * 1024;
/** How many clients upload at once. */
const UPLOADS = 6;
const HEAP = ['--max-old-space-size=256'];
const BLOCK_MS = 50;
const READY_MS = 2_000;
const FINISH_MS = 120_000;

/** Heavy tasks: files of running turns in a small heap, a kill in between, and a long answer of quick deltas. */
export async function weight(): Promise<Finding[]> {
  return [...(await files()), ...(await longAnswer())];
}

async function files(): Promise<Finding[]> {
  const stateDir = await mkdtemp(join(tmpdir(), 'molecule-weight-'));
  const spec = { name: 'molecule', options: HEAP, environment: { MOLECULE_STATE_DIR: stateDir } };
  const what = `${TURNS} running turns with 7 MB each, heap 256 MB`;
  const first = await startServer(spec);
  const tasks = await begin(first);
  const block = await first.blockMs();
  const peak = await first.peakMegabytes();
  first.kill();
  await using second = await startServer(spec);
  const completed = await finished(second, tasks);
  const blockAgain = await second.blockMs();
  return [
    finding(what, {
      value: `${completed} completed after kill -9`,
      of: `${TURNS} sent`,
      ratio: completed / TURNS,
      aim: 'all',
      met: completed === TURNS,
    }),
    bounded('  from the spawn to ready after the kill', second.bootMs, READY_MS),
    bounded('  longest block of the event loop while they arrive', block, BLOCK_MS),
    bounded('  the same after the restart', blockAgain, BLOCK_MS),
    finding('  memory at its peak', {
      value: `${round(peak, 0)} MB`,
      of: `${TURNS * 7} MB of files`,
      ratio: peak / (TURNS * 7),
      aim: 'reported only',
      met: true,
    }),
  ];
}

/** Resolves to the ids of the tasks when each of them runs. */
async function begin(server: ServerProcess): Promise<string[]> {
  const ids: string[] = [];
  let left = TURNS;
  const upload = async () => {
    while (left-- > 0) ids.push(await beginOne(server.url, left));
  };
  await server.blockMs();
  await Promise.all(Array.from({ length: UPLOADS }, upload));
  return ids;
}

function beginOne(url: string, index: number): Promise<string> {
  const raw = Buffer.alloc(FILE_BYTES, `file ${index} `).toString('base64');
  const file = { raw, filename: `file-${index}.bin`, mediaType: 'application/octet-stream' };
  return new Promise((resolve, reject) => {
    let text = '';
    // The stream ends with its server.
    streamMessage(url, 'speak 200 100', {
      parts: [file],
      onChunk: (chunk) => {
        text += text.includes('TASK_STATE_WORKING') ? '' : chunk;
        const id = /"id":"([0-9a-f-]{36})"/.exec(text)?.[1];
        if (id !== undefined && text.includes('TASK_STATE_WORKING')) resolve(id);
      },
    }).catch(reject);
  });
}

async function finished(server: ServerProcess, ids: readonly string[]): Promise<number> {
  const deadline = performance.now() + FINISH_MS;
  let open = [...ids];
  while (open.length > 0 && performance.now() < deadline) {
    const states = await Promise.all(open.map((id) => getTask(server.url, id)));
    open = open.filter((_, index) => !states[index]?.includes('TASK_STATE_COMPLETED'));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return ids.length - open.length;
}

async function longAnswer(): Promise<Finding[]> {
  await using server = await startServer({ name: 'molecule' });
  await streamMessage(server.url, 'flood 100 8192');
  const times: number[] = [];
  const blocks: number[] = [];
  for (const chunks of [1_280, 5_120]) {
    await server.blockMs();
    const begun = performance.now();
    await streamMessage(server.url, `flood ${chunks} 8192`);
    times.push(performance.now() - begun);
    blocks.push(await server.blockMs());
  }
  const [ten = Number.NaN, forty = Number.NaN] = times;
  return [
    finding('an answer of 40 MB in deltas of 8 KB', {
      value: `${round(forty)} ms`,
      of: `${round(ten)} ms (10 MB)`,
      ratio: forty / ten / 4,
      aim: 'linear (at most 1.3)',
      met: forty / ten / 4 <= 1.3,
    }),
    bounded('  longest block of the event loop', blocks[1] ?? Number.NaN, BLOCK_MS),
  ];
}

function finding(
  what: string,
  { value, of, ratio, aim, met }: { value: string; of: string; ratio: number; aim: string; met: boolean },
): Finding {
  return { what, ours: value, theirs: of, ratio, aim, met };
}

function bounded(what: string, ms: number, most: number): Finding {
  return finding(what, {
    value: `${round(ms, 0)} ms`,
    of: `${most} ms`,
    ratio: ms / most,
    aim: 'at most',
    met: ms <= most,
  });
}
