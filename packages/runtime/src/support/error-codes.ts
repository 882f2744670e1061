/**
 * Every code of this package's errors, by the section of docs/errors.md that lists it; that page is made from this table. `problem`
 * holds the codes of a `ConfigProblem`. A code that is not listed here does not compile.
 */
export const ERROR_CODES = {
  configuration: {
    CONFIG_NOT_FOUND: {
      meaning: 'there is no `config.yaml` where it was searched for',
      remedy: "start in the template's directory, or name the file or its directory",
    },
    CONFIG_INVALID: {
      meaning: '`config.yaml` or an environment variable is wrong; every problem is listed with its line',
      remedy: 'correct what is listed',
    },
  },
  problem: {
    'not-found': { meaning: 'the file does not exist', remedy: "start in the template's directory, or name the file" },
    unreadable: {
      meaning: 'a file exists, but cannot be read or parsed',
      remedy: 'correct its permissions or content',
    },
    empty: { meaning: 'the file holds nothing', remedy: 'write at least `name` and `runtime`' },
    syntax: { meaning: 'the file is not valid YAML', remedy: 'correct the line that is named' },
    'duplicate-key': { meaning: 'a key occurs twice', remedy: 'delete one of them' },
    'unknown-key': {
      meaning: 'the key does not exist',
      remedy: 'use the nearest known key, which is named, or delete it',
    },
    missing: { meaning: 'a required key is missing', remedy: 'add it' },
    'invalid-value': {
      meaning: 'the value has the wrong type, or is out of its range',
      remedy: 'use a value of the kind that is named',
    },
    conflict: { meaning: 'two settings exclude each other', remedy: 'unset one of them' },
    'prompt-file-missing': {
      meaning: 'a prompt file that the configuration names does not exist',
      remedy: 'create it, or delete the entry',
    },
    unsupported: {
      meaning: 'the value is valid in general, but this version does not support it',
      remedy: 'do what the problem says',
    },
  },
  engine: {
    ENGINE_START_FAILED: {
      meaning: "the adapter's `createEngine` threw",
      remedy: 'see the message; it names the adapter, and the place in its code',
    },
    ENGINE_START_TIMEOUT: {
      meaning: '`createEngine` did not return, and logged nothing, for as long as `MOLECULE_ENGINE_START_TIMEOUT`',
      remedy: 'find what it waits for; a slow start logs its progress',
    },
    ENGINE_INVALID: {
      meaning: 'what `createEngine` returned is no engine: it has no `runTurn`, or is no object',
      remedy: 'return an object with `async *runTurn(turn, controls)`',
    },
    MODEL_KEY_MISSING: {
      meaning: "the model's key is not set",
      remedy: 'set one of the variables named, or use `molecule start --dev`',
    },
    DEMO_MODEL_NOT_SUPPORTED: {
      meaning: 'the engine cannot use the demo model',
      remedy: 'start without `--demo-model`',
    },
    DEMO_MODEL_NOT_INSTALLED: {
      meaning: 'the package `@molecule/demo-model` is not installed',
      remedy: 'install it, or set a key',
    },
  },
  storage: {
    STATE_DIR_UNUSABLE: {
      meaning: 'the state directory, or a part of it, cannot be created, read or written by this user',
      remedy: 'do what the message says, or set `MOLECULE_STATE_DIR`',
    },
    WORK_DIR_UNUSABLE: {
      meaning: 'a working directory of the agent cannot be created by this user',
      remedy: 'create it for this user, or set `MOLECULE_WORK_DIR`',
    },
    TASK_LOG_OPEN_FAILED: { meaning: 'the task log cannot be opened', remedy: 'see the message' },
    TASK_LOG_MIGRATION_FAILED: {
      meaning: "the task log's tables cannot be brought up to date",
      remedy: 'see the message',
    },
    TASK_LOG_TOO_NEW: {
      meaning: 'the task log was written by a version newer by more than one minor version; nothing was changed',
      remedy: 'start that version again, or set `MOLECULE_STATE_DIR`',
    },
    STORE_OF_OTHER_WORKSPACE: {
      meaning: 'the database holds the tasks of another workspace; nothing was changed',
      remedy:
        'give each workspace a database of its own; after a change of its name, set `WORKSPACE_ID` to the old one, or stop it and run `molecule tasks rename <old name>`',
    },
    STORE_MOVED: {
      meaning: 'the tasks of this store were moved to another one by `molecule tasks move`; nothing was changed',
      remedy: 'start with the store that the message names; the message also says how to go back',
    },
    STORE_INCOMPLETE: {
      meaning: 'a move into this store was interrupted, so it does not hold all tasks; nothing was changed',
      remedy: 'run `molecule tasks move` again; it keeps the files that were copied already',
    },
    STORE_IN_USE: {
      meaning: 'a store that is to be moved or renamed is used by an agent, or one that is being moved is to be opened',
      remedy: 'stop all agents of the workspace first, or wait until the move has ended',
    },
    TEAM_DATABASE_OPEN_FAILED: {
      meaning: 'the file with delegations, memories and prompt marks (`team.db`) cannot be opened',
      remedy: 'see the message, or set `MOLECULE_STATE_DIR`',
    },
    TEAM_DATABASE_TOO_NEW: {
      meaning: '`team.db` was written by a version newer by more than one minor version; nothing was changed',
      remedy: 'start that version again, or set `MOLECULE_STATE_DIR`',
    },
  },
  command: {
    USAGE: { meaning: 'the command line of `molecule` is wrong', remedy: 'see `molecule --help`' },
    NODE_TOO_OLD: { meaning: 'the Node that runs the command is too old', remedy: 'use Node 22.16 or newer' },
    LISTEN_FAILED: {
      meaning: 'the address is in use, or this user may not listen on it',
      remedy: 'set `PORT` or `MOLECULE_HOST`',
    },
    AGENT_UNREACHABLE: {
      meaning: '`molecule send` or `task` cannot reach the agent',
      remedy: 'start it, or name its address',
    },
    AGENT_ELSEWHERE: {
      meaning: "the agent's card names another origin, to which nothing was sent",
      remedy: "send to that origin, or correct the agent's `MOLECULE_PUBLIC_URL`",
    },
    AGENT_REFUSED: {
      meaning: 'the agent refused the request',
      remedy: "see the message, which ends with the agent's reason",
    },
    VERIFY_NOT_INSTALLED: {
      meaning: '`molecule verify` needs the package `@molecule/verify`, which is not installed',
      remedy: 'install it in the template: `npm install -D @molecule/verify`',
    },
    TASKS_NOT_STORED: {
      meaning: '`molecule tasks` finds no task store: no state directory, or tasks that are in the memory of the agent',
      remedy: 'set `MOLECULE_STATE_DIR` as for the agent, or name its directory with `--workspace`',
    },
    TASK_UNKNOWN: {
      meaning: 'no stored task has this id, or one that begins so',
      remedy: 'list the tasks: `molecule tasks list`',
    },
    TASK_AMBIGUOUS: {
      meaning: 'several stored tasks have an id that begins so',
      remedy: 'give more characters of the id',
    },
    TASK_UNFINISHED: {
      meaning: 'a task that is to be deleted has not ended; nothing was deleted',
      remedy: 'wait until it has ended, or add `--cancel`',
    },
    STORE_NOT_EMPTY: {
      meaning: 'the store to which `molecule tasks move` is to move holds something already; nothing was changed',
      remedy: 'name an empty one',
    },
    STORE_COPY_DIFFERS: {
      meaning:
        '`molecule tasks move` found that the copy is not equal to the store that was moved, or that this one has changed meanwhile',
      remedy:
        'stop what changes the store, and move again; until then the source is as it was, and the copy cannot be used',
    },
    SEND_INTERRUPTED: {
      meaning: 'the stream ended before the task did, and could not be resumed',
      remedy: 'ask for the task later: `molecule task <id>`',
    },
  },
  temporal: {
    CONSOLE_NOT_INSTALLED: {
      meaning:
        'the console is switched on (`console: true`, or `MOLECULE_CONSOLE=on`), but `@molecule/console` is not installed',
      remedy: 'install it in the template: `npm install @molecule/console`; or switch the console off',
    },
    TEMPORAL_NOT_INSTALLED: {
      meaning: '`MOLECULE_TEMPORAL=required`, but `@molecule/temporal` is not installed',
      remedy: 'install the package',
    },
    TEMPORAL_UNAVAILABLE: {
      meaning: '`MOLECULE_TEMPORAL=required`, but no Temporal server can be used',
      remedy: 'start Temporal, or correct `TEMPORAL_HOST`',
    },
    TEMPORAL_DATABASE_BROKEN: {
      meaning: "in the log: the development server's file was broken and was moved aside; a new one was created",
      remedy: 'nothing: all tasks are in the task log; delete the file that was moved aside',
    },
  },
  request: {
    MESSAGE_INVALID: {
      meaning:
        'the message breaks the protocol: no parts, an unknown role, an id that is missing or longer than 255 characters, damaged base64, two contents in one part',
      remedy: 'correct the message',
    },
    MESSAGE_ID_CONFLICT: {
      meaning: 'the `messageId` was used before, with other content',
      remedy: 'give every message an id of its own; repeat an id only to send the same message again',
    },
    TOO_MANY_FILES: { meaning: 'the message holds more files than `MOLECULE_MAX_FILES`', remedy: 'send fewer' },
    FILE_TOO_LARGE: { meaning: 'a file is larger than `MOLECULE_MAX_FILE`', remedy: 'send a smaller one, or its URL' },
    PARAMETER_INVALID: { meaning: 'a parameter is out of its range', remedy: 'use a value that the message names' },
    RESPONSE_TOO_LARGE: {
      meaning:
        'the answer would be larger than `MOLECULE_MAX_RESPONSE` (HTTP 413); the task is stored, and nothing is wrong with the request',
      remedy:
        'send `historyLength` 0, and no `includeArtifacts` in a list; follow a long answer as a stream; the operator can set a larger bound',
    },
    TASK_NOT_FOUND: {
      meaning: 'the task does not exist, or belongs to another owner',
      remedy: 'check the id and the token',
    },
    TASK_BUSY: { meaning: 'a turn of the task is running', remedy: 'wait, cancel it, or send without a `taskId`' },
    TASK_TERMINAL: { meaning: 'the task has ended', remedy: 'send without its `taskId`, with its `contextId`' },
    TASK_NOT_CANCELABLE: { meaning: 'the task has ended', remedy: 'nothing: there is nothing to cancel' },
    CONTEXT_MISMATCH: {
      meaning: 'the task belongs to another context',
      remedy: "send the task's own `contextId`, or none",
    },
    TURN_QUEUE_FULL: {
      meaning:
        'too many messages wait in this context (`MOLECULE_QUEUE_LIMIT`; HTTP 429 with `Retry-After`); nothing was stored',
      remedy: 'send again after that time, with the same `messageId`',
    },
    OWNER_QUEUE_FULL: {
      meaning:
        "too many of the caller's messages wait (`MOLECULE_MAX_QUEUE_PER_OWNER`; HTTP 429 with `Retry-After`); nothing was stored",
      remedy: 'send again after that time, with the same `messageId`',
    },
    SERVER_QUEUE_FULL: {
      meaning: 'too many messages wait in all (`MOLECULE_MAX_QUEUE`; HTTP 429 with `Retry-After`); nothing was stored',
      remedy: 'send again after that time, with the same `messageId`; the operator can raise the setting',
    },
    PUSH_NOT_SUPPORTED: {
      meaning: 'push notifications are switched off for this agent (`a2a.push_notifications`)',
      remedy: 'subscribe to the task instead',
    },
    PUSH_CONFIG_INVALID: {
      meaning: 'a field of the push notification config cannot be used; the message says which',
      remedy: 'correct it',
    },
    PUSH_TARGET_REFUSED: {
      meaning:
        'no notifications are sent to this URL: it is not `http` or `https`, holds a user name, or names a host that is not of the public internet',
      remedy: 'name a public host; the operator can allow others with `MOLECULE_PUSH_ALLOW`',
    },
    PUSH_CONFIG_NOT_FOUND: {
      meaning: 'the task has no push notification config with this id',
      remedy: 'list the configs of the task, or create one',
    },
    PUSH_CONFIG_LIMIT: {
      meaning: 'the task, or the owner, has too many push notification configs',
      remedy: 'delete those that are not needed any more',
    },
    STREAMING_OFF: { meaning: 'streaming is switched off', remedy: 'use `SendMessage` and `GetTask`' },
    EXTENDED_CARD_OFF: { meaning: 'the agent has no extended card: it uses no tokens', remedy: 'use the public card' },
    SERVER_STOPPING: {
      meaning: 'the server is stopping (HTTP 503 with `Retry-After`); tasks can still be read',
      remedy: 'send again after that time',
    },
    STORAGE_FULL: {
      meaning: 'no space is left for the task log (HTTP 503 with `Retry-After`); nothing of the request was stored',
      remedy: 'send it again with the same `messageId`; the operator makes space',
    },
    STORAGE_UNAVAILABLE: {
      meaning:
        'the task log cannot be written or read for another reason (HTTP 503 with `Retry-After`); nothing of the request was stored',
      remedy: 'send it again with the same `messageId`; the operator finds the reason in the log',
    },
    UNAUTHENTICATED: {
      meaning: 'the token or certificate is missing or wrong (HTTP 401); the log says why',
      remedy: 'send `Authorization: Bearer <token>`, or a certificate, as the agent card says',
    },
    INSUFFICIENT_SCOPE: {
      meaning: 'the caller is known, but lacks the scope that the message and `WWW-Authenticate` name (HTTP 403)',
      remedy: 'use a token or certificate with that scope',
    },
    EXTENSION_REQUIRED: {
      meaning: 'the agent requires an extension of A2A that the request does not name',
      remedy: 'send the header `A2A-Extensions` with it, if the client supports it; the agent card says what it is',
    },
    HOST_NOT_ALLOWED: {
      meaning:
        "the agent uses no tokens, and the request's `Host` is not one of its names, so a web page may have sent it (HTTP 403)",
      remedy: 'the operator sets `MOLECULE_ALLOWED_HOSTS`, `MOLECULE_PUBLIC_URL` or tokens',
    },
    ORIGIN_NOT_ALLOWED: {
      meaning: 'the agent uses no tokens, and a web page of another origin sent the request (HTTP 403)',
      remedy: 'the operator sets `MOLECULE_CORS_ORIGINS` or tokens',
    },
    TOO_MANY_CONNECTIONS: {
      meaning: 'the server has `MOLECULE_MAX_CONNECTIONS` connections, none of them idle (HTTP 503 with `Retry-After`)',
      remedy: 'connect again after that time',
    },
    STREAM_NOT_READ: {
      meaning: 'the client of a gRPC stream has read nothing for a minute, so the call ended; the task goes on',
      remedy: 'subscribe to the task with the metadata `last-event-id` of the trailers',
    },
    VERSION_NOT_SUPPORTED: {
      meaning: 'the request names a version of A2A that the server does not support',
      remedy: 'use a version that the message names',
    },
    METHOD_NOT_FOUND: {
      meaning: "JSON-RPC has no such method in the request's version; the message names the version that has it",
      remedy: 'use that version, or another method',
    },
    BODY_NOT_JSON: { meaning: 'the body is not JSON', remedy: 'send valid JSON' },
    BODY_TOO_LARGE: { meaning: 'the body is larger than `MOLECULE_MAX_BODY` (HTTP 413)', remedy: 'send less at once' },
    BODY_TOO_DEEP: { meaning: 'the JSON is nested too deeply', remedy: 'send flatter JSON' },
    BODY_TOO_MANY_VALUES: { meaning: 'the JSON holds too many values', remedy: 'send less at once' },
    BODY_UNREADABLE: {
      meaning: 'the body ended early, or its encoding or character set is unknown',
      remedy: 'send it whole, as UTF-8',
    },
    CONTENT_TYPE_NOT_SUPPORTED: {
      meaning: "the body's content type is not JSON",
      remedy: 'send `Content-Type: application/json`',
    },
    REQUEST_INVALID: {
      meaning: 'the request does not have the form that the protocol demands',
      remedy: 'see the message',
    },
    REQUEST_NOT_OPEN: {
      meaning: 'the message names requests of the task that were answered before, or that the task never asked',
      remedy: 'name requests that are open: they are in the data part of the message in the status of the task',
    },
    HITL_RESPONSE_INVALID: {
      meaning:
        'a response of the extension hitl/v1 leaves a call or a question out, names one twice, or has another form',
      remedy: 'answer everything that the request in the status of the task names, as the message says',
    },
    FORM_ANSWER_INVALID: {
      meaning:
        'the data of an answer does not fit the JSON Schema of its form; the message says what was wanted and found, and where',
      remedy: 'correct it, and send it in a new message: the task still waits',
    },
    FORM_NOT_CHECKED: {
      meaning: 'the JSON Schema of a form takes too much time or memory to check the data of the answer',
      remedy: 'send other data, or answer with a text; the author of the agent makes the schema simpler',
    },
    FILE_DELETED: {
      meaning: 'the file was deleted before its task, because the operator keeps files for a limited time (status 410)',
      remedy: 'ask for the file again in a new task; an operator changes `retention.files`',
    },
    FILE_NOT_FOUND: {
      meaning: 'no task of the caller names a file under this address',
      remedy: 'take the address from a task that the caller may see',
    },
    PATH_NOT_FOUND: { meaning: 'the server has no such path or method', remedy: 'use the addresses of the agent card' },
    INTERNAL: {
      meaning: 'a fault of the server',
      remedy: 'the operator finds the reason in the log, under the incident number of the message',
    },
  },
  task: {
    TURN_TIMEOUT: {
      meaning: 'the turn took longer than `MOLECULE_TURN_TIMEOUT` in all, without the time in which it waited',
      remedy: 'send a smaller task; the operator can raise the setting',
    },
    TURN_IDLE_TIMEOUT: {
      meaning: 'the engine gave no sign of life for as long as `MOLECULE_TURN_IDLE_TIMEOUT`',
      remedy: "send again; if it stays, see the engine's log",
    },
    QUESTION_WITHDRAWN: {
      meaning:
        'the task is canceled: it waited for an answer, and a newer message of its context withdrew the question',
      remedy: 'nothing: the newer message has its own task',
    },
    TASK_REJECTED: {
      meaning: 'the task is rejected: the agent does not do it, for the reason in the message',
      remedy: 'send what the agent does, or send it to another agent',
    },
    QUESTION_EXPIRED: {
      meaning: 'the task waited for an answer until a time that its agent had set, and none came',
      remedy: 'send the whole request as a new message',
    },
    TURN_LOST: {
      meaning:
        'the turn was started again too often because its process ended each time, or an operator ended its workflow',
      remedy: 'see the log for why the process ends, then send again',
    },
    TASK_INPUT_TOO_LARGE: { meaning: 'the input is too large for Temporal', remedy: 'send files by URL, or less text' },
    FILES_NOT_SAVED: {
      meaning:
        "the message's files could not be written into the working directory: the disk is full, it is not writable, or a link is in the way",
      remedy: 'the operator corrects what the message names',
    },
    STORAGE_FULL: {
      meaning: 'the turn could not be run because no space is left',
      remedy: 'the operator makes space; send again',
    },
    STORAGE_UNAVAILABLE: {
      meaning: 'the turn could not be run because the state directory cannot be written or read',
      remedy: 'the operator finds the reason in the log; send again',
    },
    INTERRUPTED_BY_SHUTDOWN: {
      meaning: 'the server was stopped during the turn, and the turn may not be repeated',
      remedy: 'send again if repeating is safe',
    },
    INTERRUPTED_BY_RESTART: {
      meaning: "the server's process ended during the turn, and the turn may not be repeated",
      remedy: 'send again if repeating is safe',
    },
    INTERNAL: {
      meaning: 'a fault of the server',
      remedy: 'the operator finds the reason in the log, under the task id',
    },
  },
  inside: {
    STALE_ATTEMPT: {
      meaning: 'the task log refused a write: another process has claimed the turn',
      remedy: 'stop the turn; the other process runs it',
    },
    TASK_TERMINAL: { meaning: 'the task log refused a write: the task has ended', remedy: 'stop the turn' },
    TASK_NOT_FOUND: {
      meaning: "in Temporal's history: the task log of the process that ran the activity does not hold the task",
      remedy: 'nothing: Temporal tries another process',
    },
    TASK_ENDED: { meaning: 'the task ended before its turn gave a result', remedy: 'read the task' },
    PEER_ELSEWHERE: {
      meaning:
        "a peer's card or a redirect leads to another server than the peer's own, so nothing was sent; the model reads why",
      remedy: "correct the peer's card or the peer's address",
    },
    PEER_ANSWER_TOO_LARGE: {
      meaning: 'a peer answered more than 32 MiB; the model reads why',
      remedy: 'ask for less, or for files by URL',
    },
    DELEGATION_REFUSED: {
      meaning: 'a task was to be delegated to an unknown peer, in a circle, or too deep; the model reads why',
      remedy: 'name a peer of the list that the message gives',
    },
    TOOL_INPUT_INVALID: {
      meaning: 'a tool of the runtime was called with the wrong input; the model reads why',
      remedy: 'call it again with the input that the message describes',
    },
    ISSUER_UNAVAILABLE: {
      meaning:
        'in the log: the keys of an issuer of OpenID Connect are not known, so its tokens are refused or verified with the keys from before',
      remedy: 'start the issuer, or correct `MOLECULE_OIDC_ISSUER`; it is asked again by itself',
    },
    PLATFORM_UNREACHABLE: {
      meaning: 'the platform did not answer; the model reads why when a tool needed it',
      remedy: 'check `PLATFORM_URL` and the platform',
    },
    PLATFORM_REFUSED: {
      meaning: 'the platform refused a call; the model reads why when a tool needed it',
      remedy: 'see the message and its HTTP status',
    },
    PLATFORM_CANNOT_CANCEL: {
      meaning: 'a peer that is reached through the platform cannot be sent a cancel; the log and the answer say so',
      remedy: 'cancel at the peer, or ignore its answer',
    },
    TOOL_TURN_ENDED: {
      meaning:
        'a tool of the runtime was called for a turn that does not run, or over MCP with the token of such a turn (HTTP 401); the model reads why',
      remedy: 'call tools only while the turn runs, with what its controls hold',
    },
    ATTACHMENT_REFUSED: {
      meaning: 'a file to be sent is outside the working directory, too large, or one too many; the model reads why',
      remedy: 'send a smaller file from the working directory',
    },
  },
} satisfies Record<string, Record<string, { readonly meaning: string; readonly remedy: string }>>;

type Table = typeof ERROR_CODES;

/** A code of any section but `problem`. */
export type ErrorCode = { [Section in keyof Table]: keyof Table[Section] }[Exclude<keyof Table, 'problem'>];

/** The codes that a client finds in `error.data[0].metadata.code` (JSON-RPC) or `error.details[0].metadata.code` (REST). */
export type RequestErrorCode = keyof Table['request'];

/** The codes that a client finds in a failed task's `status.message.metadata["molecule.code"]`; an engine's are made of its own. */
export type TaskFailureCode = keyof Table['task'] | 'ADAPTER_CONTRACT_BROKEN' | `ENGINE_${string}`;

/** What kind of problem of the configuration it is; programs may branch on it. */
export type ConfigProblemCode = keyof Table['problem'];
