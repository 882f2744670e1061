// What both JavaScript programs share: their settings, the operations, and the report.
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { crash, push, pushList } from './push-and-crash.mjs';

const { OPEN_URL = '', TOKENS_URL = '', TOKEN = '', OVER = '[]' } = process.env;
export const FINAL = ['completed', 'failed', 'canceled', 'rejected'];
const FILE = { name: 'all bytes.bin', mediaType: 'image/png', bytes: Buffer.from([...Array(256).keys()]) };

/**
 * Plays all operations over each binding and version.
 *
 * `dialect` is a version of the client, with tasks and events of one form for both:
 * - `card(url)`: `{ name, streaming, scheme }`
 * - `connect(url, over, token)`: `send(message)`, `stream(message)`, `get(id)`, `list(contextId, size, token)`, `cancel(id)`,
 *   `subscribe(id)`, `extendedCard()`, `setPush({ taskId, id, url, token, scheme, credentials })`, `getPush(taskId, id)`,
 *   `listPush(taskId)`, `deletePush(taskId, id)`
 * - `errorOf(error)`: the name of an error's type
 *
 * A task has id, contextId, state, prompt, asked and artifacts (`[{ id, parts: [{ text }, { file: { name, mediaType, bytes } }] }]`).
 * An event has task, or artifact with append, or state with prompt.
 */
export async function playAll(dialect) {
  for (const over of JSON.parse(OVER)) {
    await play('card', over, async () => {
      const { name, streaming } = await dialect.card(OPEN_URL);
      return { name, streaming };
    });
    await play('card-tokens', over, async () => {
      const { name, scheme } = await dialect.card(TOKENS_URL);
      return { name, scheme };
    });
    const client = await dialect.connect(OPEN_URL, over);
    for (const [operation, run] of Object.entries(operations(dialect, client, over))) await play(operation, over, run);
  }
}

/** A `fetch` that sends the token with every request. */
export function withToken(token) {
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };
}

/** The type of an error whose text has its code. */
export function byCode(text) {
  const names = { '-32001': 'TaskNotFound', '-32002': 'TaskNotCancelable', '-32602': 'InvalidParams' };
  return names[/-32\d\d\d/.exec(text)?.[0]] ?? text;
}

function operations(dialect, client, over) {
  let canceled = '';
  const errorFrom = async (run) => {
    try {
      const got = await run();
      return { error: null, got: JSON.stringify(got)?.slice(0, 200) };
    } catch (error) {
      return { error: dialect.errorOf(error) };
    }
  };
  const strange = () => ({ ...text('one'), taskId: randomUUID() });
  return {
    send: async () => done(await client.send(text('one'))),
    poll: async () => {
      const first = await client.send({ ...text('late'), blocking: false });
      let task = first;
      while (!FINAL.includes(task.state)) {
        await sleep(50);
        task = await client.get(first.id);
      }
      return { early: !FINAL.includes(first.state), ...done(task) };
    },
    stream: async () => {
      const told = await follow(client.stream(text('many')));
      return { pieces: told.pieces > 1 ? 'several' : told.pieces, ...done(told) };
    },
    get: async () => {
      const { id } = await client.send(text('one'));
      const task = await client.get(id);
      return { asked: task.asked, ...done(task) };
    },
    ...(client.list && {
      list: async () => {
        const { contextId } = await client.send(text('one'));
        for (const _ of [1, 2]) await client.send({ ...text('one'), contextId });
        const [pages, ids] = [[], new Set()];
        for (let token = ''; ; ) {
          const page = await client.list(contextId, 2, token);
          pages.push(page.tasks.length);
          for (const { id } of page.tasks) ids.add(id);
          token = page.next;
          if (!token) return { pages, total: page.total, distinct: ids.size };
        }
      },
    }),
    cancel: async () => {
      const begun = Promise.withResolvers();
      const told = follow(client.stream(text('long')), (seen) => textOf(seen) === 'begun' && begun.resolve(seen.id));
      told.catch(begun.reject);
      canceled = await begun.promise;
      const { state } = await client.cancel(canceled);
      return { state, stream: (await told).state };
    },
    'cancel-again': async () =>
      over.endsWith('0.3')
        ? errorFrom(() => client.cancel(canceled))
        : { state: (await client.cancel(canceled)).state },
    resubscribe: async () => {
      const cut = await follow(client.stream(text('slow')), (seen) => seen.pieces === 3 && 'cut');
      return done(await follow(client.subscribe(cut.id)));
    },
    question: async () => {
      const asked = await client.send(text('ask'));
      const answered = await client.send({ ...text('blue'), taskId: asked.id, contextId: asked.contextId });
      const { state, prompt } = asked;
      return { state, prompt, sameTask: answered.id === asked.id, after: done(answered) };
    },
    'question-stream': async () => {
      const { state, prompt } = await follow(client.stream(text('ask')));
      return { state, prompt };
    },
    failure: async () => {
      const { state, prompt } = await client.send(text('fail'));
      return { state, message: prompt };
    },
    file: async () => {
      const task = await client.send({ parts: [{ text: 'file' }, { file: FILE }] });
      const { file } = partsOf(task).find((part) => part.file);
      const sha = createHash('sha256').update(file.bytes).digest('hex');
      return { engine: textOf(task), name: file.name, mediaType: file.mediaType, sha };
    },
    bearer: async () => {
      const task = await (await dialect.connect(TOKENS_URL, over, TOKEN)).send(text('one'));
      const stranger = await dialect.connect(TOKENS_URL, over);
      const without = await stranger.send(text('one')).then(
        () => 'served',
        () => 'refused',
      );
      return { ...done(task), without };
    },
    'extended-card': async () => {
      const { name, skills } = await (await dialect.connect(TOKENS_URL, over, TOKEN)).extendedCard();
      return { name, engine: skills.some(({ id }) => id === 'engine') };
    },
    'not-found': () => errorFrom(() => client.get(randomUUID())),
    'not-cancelable': async () => {
      const { id } = await client.send(text('one'));
      return errorFrom(() => client.cancel(id));
    },
    'stream-error': () => errorFrom(() => follow(client.stream(strange()))),
    invalid: () => errorFrom(() => client.send({ parts: [] })),
    push: () => push(client),
    'push-list': () => pushList(client),
    crash: () => crash(dialect, over),
  };
}

export function text(value) {
  return { parts: [{ text: value }] };
}

/** Applies the events of a stream to a task; ends early if `each` returns `cut`. */
export async function follow(stream, each = () => undefined) {
  const told = { id: '', state: '', prompt: '', artifacts: [], pieces: 0 };
  for await (const { task, artifact, append, state, prompt } of stream) {
    if (task) Object.assign(told, task);
    if (artifact) {
      told.pieces += 1;
      const known = told.artifacts.find(({ id }) => id === artifact.id);
      if (known && append) known.parts.push(...artifact.parts);
      else if (known) known.parts = [...artifact.parts];
      else told.artifacts.push({ id: artifact.id, parts: [...artifact.parts] });
    }
    if (state) Object.assign(told, { state, prompt });
    if (each(told) === 'cut') break;
  }
  return told;
}

function partsOf({ artifacts }) {
  return artifacts.flatMap(({ parts }) => parts);
}

function textOf(task) {
  return partsOf(task)
    .map((part) => part.text ?? '')
    .join('');
}

export function done(task) {
  return { state: task.state, text: textOf(task) };
}

async function play(operation, over, run) {
  try {
    console.log(JSON.stringify({ operation, over, saw: await run() }));
  } catch (error) {
    console.error(operation, over, error);
    console.log(JSON.stringify({ operation, over, broke: String(error).slice(0, 600) }));
  }
}
