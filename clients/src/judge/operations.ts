import { CHUNKS, FAILURE, FILE, QUESTION, SLOW_CHUNKS } from '../agent/script.ts';

/** What a program of a kit must have seen, by operation. `over` is a binding and a version, such as `JSONRPC 1.0`. */
export const OPERATIONS: Readonly<Record<string, (over: string) => unknown>> = {
  card: () => ({ name: 'Clients', streaming: true }),
  'card-tokens': () => ({ name: 'Clients', scheme: 'bearer' }),
  send: () => done('echo: one'),
  poll: () => ({ early: true, ...done('late answer') }),
  stream: () => ({ pieces: 'several', ...done(CHUNKS.join('')) }),
  get: () => ({ asked: 'one', ...done('echo: one') }),
  list: () => ({ pages: [2, 1], total: 3, distinct: 3 }),
  cancel: () => ({ state: 'canceled', stream: 'canceled' }),
  'cancel-again': (over) => (isLegacy(over) ? { error: 'TaskNotCancelable' } : { state: 'canceled' }),
  resubscribe: () => done(SLOW_CHUNKS.join('')),
  question: () => ({ state: 'input-required', prompt: QUESTION, sameTask: true, after: done('You said blue.') }),
  'question-stream': () => ({ state: 'input-required', prompt: QUESTION }),
  failure: () => ({ state: 'failed', message: FAILURE }),
  file: () => ({
    engine: `${FILE.name} ${FILE.mediaType} ${FILE.sha}`,
    name: FILE.name,
    mediaType: FILE.mediaType,
    sha: FILE.sha,
  }),
  bearer: () => ({ ...done('echo: one'), without: 'refused' }),
  'extended-card': () => ({ name: 'Clients', engine: true }),
  'not-found': () => ({ error: 'TaskNotFound' }),
  'not-cancelable': () => ({ error: 'TaskNotCancelable' }),
  'stream-error': () => ({ error: 'TaskNotFound' }),
  invalid: () => ({ error: 'InvalidParams' }),
  push: (over) => ({
    got: true,
    received: {
      version: versionOf(over),
      token: 'push-token',
      authorization: 'Bearer push-credentials',
      states: ['submitted', 'working', 'completed'],
      text: 'You said blue.',
    },
  }),
  'push-list': () => ({ listed: ['first', 'second'], left: ['first'] }),
  crash: () => ({ cut: true, ...done(SLOW_CHUNKS.join('')) }),
};

/** The same for applications, whose users see only answers. */
export const APPLICATION_OPERATIONS: Readonly<Record<string, (over: string) => unknown>> = {
  answer: () => ({ text: 'echo: one' }),
  chunks: () => ({ text: CHUNKS.join('') }),
  'next-turn': () => ({ sameContext: true }),
  question: () => ({ prompt: QUESTION }),
  'question-answer': () => ({ text: 'You said blue.' }),
  file: () => ({ engine: `${FILE.name} ${FILE.mediaType} ${FILE.sha}`, sha: FILE.sha }),
  failure: () => ({ told: FAILURE }),
  tokens: () => ({ text: 'echo: one', without: 'refused' }),
  push: () => ({ text: 'late answer' }),
  crash: () => ({ text: SLOW_CHUNKS.join('') }),
};

function isLegacy(over: string): boolean {
  return versionOf(over) === '0.3';
}

function versionOf(over: string): string {
  return over.slice(over.lastIndexOf(' ') + 1);
}

function done(text: string): { readonly state: 'completed'; readonly text: string } {
  return { state: 'completed', text };
}
