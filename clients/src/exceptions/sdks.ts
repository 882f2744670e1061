import { FILE } from '../agent/script.ts';
import type { Exception } from '../judge/exception.ts';
import { LEGACY } from '../kits/kit.ts';

const LEGACY_REST = ['HTTP+JSON 0.3'] as const;
const LEGACY_GRPC = ['GRPC 0.3'] as const;
const NO_LEGACY_LIST = 'Version 0.3 has no list of tasks.';
const NO_LEGACY_NAME = 'The schema of gRPC of 0.3 has no name of a file.';

export const SDK_EXCEPTIONS: readonly Exception[] = [
  { kit: 'python-1', operation: 'list', over: LEGACY, kind: 'lacks', reason: NO_LEGACY_LIST },
  { kit: 'python-0.3', operation: 'list', kind: 'lacks', reason: NO_LEGACY_LIST },
  {
    kit: 'python-0.3',
    operation: 'push-list',
    kind: 'lacks',
    reason: 'It sets and reads push configurations; it cannot list or delete them.',
  },
  ...onLegacyREST('python-1', ['push-list'], { reason: 'Its REST client of 0.3 has no list of push configurations.' }),
  ...onLegacyGRPC('python-0.3', ['cancel-again', 'not-found', 'not-cancelable', 'stream-error', 'invalid'], {
    reason: 'Its gRPC client passes on the status of gRPC; it has no type for errors.',
  }),
  ...[
    { kit: 'python-1', name: '' },
    { kit: 'python-0.3', name: null },
    { kit: 'go', name: '' },
  ].flatMap(({ kit, name }) =>
    onLegacyGRPC(kit, ['file'], {
      reason: `Its gRPC client sends the base64 text of a file as its bytes. ${NO_LEGACY_NAME}`,
      saw: { engine: `undefined ${FILE.mediaType} ${FILE.base64Sha}`, name, mediaType: FILE.mediaType, sha: FILE.sha },
    }),
  ),
  ...onLegacyREST('python-0.3', ['cancel-again', 'not-found', 'not-cancelable', 'stream-error', 'invalid'], {
    reason: 'Its REST client does not read the body of an error; it has one type for all of them.',
  }),
  { kit: 'javascript-1', operation: 'list', over: LEGACY, kind: 'lacks', reason: NO_LEGACY_LIST },
  { kit: 'javascript-0.3', operation: 'list', kind: 'lacks', reason: NO_LEGACY_LIST },
  ...['javascript-1', 'javascript-0.3'].flatMap((kit) => [
    ...[onLegacyREST, onLegacyGRPC].flatMap((on) =>
      on(kit, ['stream', 'resubscribe', 'crash'], {
        reason:
          'Its clients for REST and gRPC drop `append` of the events, so that each piece replaces the ones before.',
      }),
    ),
    ...onLegacyREST(kit, ['file'], {
      reason: 'Its REST client drops the names of files, in both directions.',
      saw: namelessFile(kit === 'javascript-1' ? { name: '' } : {}),
    }),
    ...onLegacyGRPC(kit, ['file'], {
      reason: NO_LEGACY_NAME,
      saw: namelessFile(kit === 'javascript-1' ? { name: '' } : {}),
    }),
  ]),
  ...onLegacyGRPC('javascript-0.3', ['invalid'], { reason: 'Its gRPC client has no type for invalid parameters.' }),
  {
    kit: 'go',
    operation: 'list',
    over: ['JSONRPC 0.3'],
    kind: 'fault',
    reason: 'Its JSON-RPC client of 0.3 has no list of tasks.',
  },
  ...onLegacyREST('go', ['list'], { reason: 'Its list of 0.3 does not read the total.' }),
  ...onLegacyGRPC('go', ['list'], { reason: `It calls a method that is not in the schema. ${NO_LEGACY_LIST}` }),
  {
    kit: 'go',
    operation: 'extended-card',
    over: ['JSONRPC 1.0', 'HTTP+JSON 1.0'],
    kind: 'fault',
    reason: 'It cannot read the canonical form of `securityRequirements`.',
  },
  {
    kit: 'go',
    operation: 'stream-error',
    over: ['JSONRPC 1.0'],
    kind: 'fault',
    reason:
      'It reads only events from the answer to a stream request, and reports nothing when the answer is an error.',
  },
  { kit: 'java-0.3', operation: 'list', kind: 'lacks', reason: NO_LEGACY_LIST },
  ...['java-1', 'java-0.3'].map((kit): Exception => {
    return { kit, operation: 'invalid', kind: 'lacks', reason: 'It refuses to make a message without parts.' };
  }),
  ...onLegacyREST('java-0.3', ['cancel-again', 'not-found', 'not-cancelable', 'stream-error'], {
    reason: 'Its REST client reads the type of an error from `error` as the name of a Java class.',
  }),
  ...onLegacyREST('java-0.3', ['file'], {
    reason: 'Its REST client sends neither the name nor the type of a file, and refuses a file that has a name.',
    saw: {
      engine: `undefined undefined ${FILE.sha}`,
      name: null,
      mediaType: 'application/octet-stream',
      sha: FILE.sha,
    },
  }),
  ...onLegacyGRPC('java-0.3', ['file'], {
    reason: `Its gRPC client sends the base64 text of a file as its bytes, without its type. ${NO_LEGACY_NAME}`,
    saw: {
      engine: `undefined undefined ${FILE.base64Sha}`,
      name: null,
      mediaType: 'application/octet-stream',
      sha: FILE.sha,
    },
  }),
  ...[onLegacyREST, onLegacyGRPC].flatMap((on) =>
    on('java-0.3', ['extended-card'], { reason: 'Its clients for REST and gRPC never ask for the extended card.' }),
  ),
];

type Why = Pick<Exception, 'reason' | 'saw'>;

function onLegacyREST(kit: string, operations: readonly string[], why: Why): readonly Exception[] {
  return operations.map((operation) => ({ kit, operation, over: LEGACY_REST, kind: 'fault', ...why }));
}

function onLegacyGRPC(kit: string, operations: readonly string[], why: Why): readonly Exception[] {
  return operations.map((operation) => ({ kit, operation, over: LEGACY_GRPC, kind: 'fault', ...why }));
}

/** The exact file without its name. */
function namelessFile(name: object): object {
  const { mediaType, sha } = FILE;
  return { engine: `undefined ${mediaType} ${sha}`, mediaType, sha, ...name };
}
