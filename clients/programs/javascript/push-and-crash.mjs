// The operations for which the run has a receiver of notifications, and an agent that can be killed.
import { done, FINAL, follow, text } from './report.mjs';

const { RECEIVER_URL = '', CRASHING_URL = '', CRASH_URL = '' } = process.env;
const SECRETS = { token: 'push-token', scheme: 'Bearer', credentials: 'push-credentials' };

/** Sets a configuration for a task that waits for an answer, reads it, and asks the receiver what came. */
export async function push(client) {
  const { id: taskId, contextId } = await client.send(text('ask'));
  const url = `${RECEIVER_URL}/${taskId}`;
  await client.setPush({ taskId, id: 'first', url, ...SECRETS });
  const got = await client.getPush(taskId, 'first');
  await client.send({ ...text('blue'), taskId, contextId });
  return { got: got.id === 'first' && got.url === url, received: await jsonOf(await fetch(url)) };
}

export async function pushList(client) {
  const { id: taskId } = await client.send(text('ask'));
  const ids = async () => (await client.listPush(taskId)).map(({ id }) => id).sort();
  for (const id of ['first', 'second']) await client.setPush({ taskId, id, url: `${RECEIVER_URL}/none`, ...SECRETS });
  const listed = await ids();
  await client.deletePush(taskId, 'second');
  return { listed, left: await ids() };
}

/** Kills the agent in the middle of a stream and subscribes to the task when the agent serves again. */
export async function crash(dialect, over) {
  const client = await dialect.connect(CRASHING_URL, over);
  let told, killed;
  const kill = (seen) => {
    told = seen;
    if (seen.pieces === 3) killed ??= fetch(CRASH_URL, { method: 'POST' });
  };
  // The stream may end with any error, since it was cut.
  const ended = await follow(client.stream(text('slow')), kill).catch((error) => ({ error }));
  if (!killed) throw new Error('The stream ended before.', { cause: ended.error });
  const answer = await killed;
  if (!answer.ok) throw new Error(`The agent did not start again: ${await answer.text()}`);
  return { cut: !FINAL.includes(told.state), ...done(await follow(client.subscribe(told.id))) };
}

async function jsonOf(response) {
  if (!response.ok) throw new Error(`The receiver: ${await response.text()}`);
  return response.json();
}
