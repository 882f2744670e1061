import { TaskState } from '@a2a-js/sdk';
import { referenceTo } from '../../../src/tasks/blobs/stored-file.js';
import { artifactEvent, filePart, statusEvent } from '../../../src/tasks/events/a2a-events.js';
import { USAGE_KEY } from '../../../src/tasks/events/outcome-metadata.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { CALLER } from '../../../src/tasks/storage/storage-gate.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { canceled, claim, completed, existing, newTask, words } from '../log/open-log.js';

/** What was put into a store, to be found in its copy. */
export interface FullStore {
  readonly digest: string;
  readonly file: Buffer;
  readonly delegation: string;
}

export const CONTEXT = 'ann:c-ended';

const QUESTION = { requestId: 'r', request: 'question', choices: [{ id: 'a', label: 'A' }] } as const;

/** Puts something into every table: an ended task with a file, one that asks, one that sleeps, one whose process died, and what the team remembers. */
export async function fill({ log, blobs, team, keys }: TaskStore): Promise<FullStore> {
  log.turnReports.want();
  const file = Buffer.alloc(3_000_000, 'file ');
  const stored = await blobs.put(file, CALLER);
  const ended = await begin(log, 'ended');
  const engine = ended.openEngineStore();
  await engine.put('state', { step: 1 });
  await engine.append('said', [{ id: 'one', value: 'first\u0000' }, { value: { two: 2 } }]);
  const part = filePart({
    kind: 'file',
    name: 'a.bin',
    mediaType: 'application/octet-stream',
    url: referenceTo(stored),
  });
  const usage = { inputTokens: 12, outputTokens: 3, costUsd: 0.125 };
  await ended.append([
    statusEvent(ended.record, TaskState.TASK_STATE_WORKING, { metadata: { [USAGE_KEY]: usage } }),
    artifactEvent(ended.record, { id: 'file', name: 'file', parts: [part] }, { append: false, lastChunk: false }),
  ]);
  await ended.finish([words(ended.record, 'done', false), completed(ended.record)], {
    result: { kind: 'completed', finalText: 'done' },
  });
  const asking = await begin(log, 'asking');
  await asking.finish([statusEvent(asking.record, TaskState.TASK_STATE_INPUT_REQUIRED)], {
    result: { kind: 'input-required', prompt: 'Which?' },
    pending: { ...QUESTION, requests: [{ ...QUESTION, prompt: 'Which?', expiresAt: '2099-01-01T00:00:00Z' }] },
  });
  const asleep = await begin(log, 'asleep');
  await asleep.saveStep({ seq: 1, content: '{"run":1,"path":"sleep","place":1,"until":4070908800000}' }, []);
  const { input } = asleep.record;
  await asleep.putAway([], { turn: 1, next: 2, input }, Date.parse('2099-01-01T00:00:00Z'));
  log.abandonedWork.onRecorded(() => {});
  const canceledTask = await begin(log, 'canceled');
  await log.settle('canceled', canceled(canceledTask.record));
  const gone = await begin(log, 'gone');
  await gone.finish([completed(gone.record)], { result: { kind: 'completed', finalText: '' } });
  await log.retention.deleteEnded(['gone']);
  const dead = await begin(log, 'dead');
  await dead.append([words(dead.record, 'half of it', false)]);
  await dead.saveCheckpoint({ at: 7 });
  const { id } = await team.delegations.begin({
    owner: 'ann',
    parentTask: 'ended',
    peerId: 'peer',
    peerName: 'Peer\u0000',
    url: 'http://peer',
    text: 'do it',
    mode: 'wait',
    files: [{ name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from([0, 255, 1]) }],
    follower: 'dead-boot',
    isReported: true,
  });
  for (const task of ['ended', 'asking']) {
    const secret = { token: 'token', scheme: 'Bearer', credentials: 'secret' };
    await log.push.configs.put('ann', task, { id: 'hook', url: 'https://example.com/', ...secret, version: '1.0' });
  }
  await keys.addFirst({ id: 'key', createdAt: 1, publicKey: '{}', privateKey: '{"d":"private"}' });
  await team.memories.commit({ owner: 'ann', content: 'likes tea', scope: 'LOCAL', namespace: 'n' });
  await team.marks.set('initial-prompt', 'ann');
  await team.platform.set('token', 'issued');
  return { digest: stored.digest, file, delegation: id };
}

async function begin(log: TaskStore['log'], id: string): Promise<TaskWriter> {
  const task = newTask(id);
  await log.create({ ...task, input: { ...task.input, answerTo: 'person' } });
  const writer = await claim(log, await existing(log, id), 'dead-boot');
  if (!writer) throw new Error('The turn could not be claimed.');
  return writer;
}
