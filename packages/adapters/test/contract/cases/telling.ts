import { EngineError } from '../../../src/index.js';
import * as spoiled from '../spoiled-engines.js';
import { adapter, engine, exactly, extra, good, type Row } from './row.js';

const DECLARED = 'is made by defineAdapter, and describes itself';
const CONFIG = 'refuses a bad runtime_config by its configSchema, naming the issues';
const CREDENTIALS = 'names the credentials that a model needs, for any model and an empty environment';
const ANSWERS = 'answers a message with well-formed events, one end, and a text that keeps what was streamed';
const REQUEST = 'answers whatever the request says besides its message';
const TOOLS = 'reports each tool call and its result with one id';
const FILES = 'answers a message with a file, and makes no copy of the file in the working directory';
const PLACES =
  'lets the tools of each turn work in the directory of the turn, also if the conversation moves to another one';
const DATA = 'gives structured data, and the same data in every attempt';
const ARTIFACT = 'gives an artifact, whose first event does not append';
const STATUS = 'reports what it does in lines for people';
const CLOSING = 'closes its answer with a message';
const REJECTS = 'rejects a task with its reason, and answers the next message';
const FAILS = 'fails with an EngineError of the right code, and answers the next message';

const call = { type: 'tool-call', id: 'c', name: 'n', input: {} };
const LAST = { type: 'artifact', id: 'a', parts: [{ kind: 'text', text: 'x' }], last: true };
const result = { type: 'tool-result', id: 'c', ok: true };

/** Rules for the declaration of an adapter, and for the events of an engine. */
export const TELLING: readonly Row[] = [
  [DECLARED, 'not made by defineAdapter', exactly({ ...good.adapter }), /frozen/],
  [DECLARED, 'a plain object', exactly(Object.freeze({ name: 'x' })), /made by defineAdapter/],
  [DECLARED, 'a name with a space', adapter({ name: 'My Echo' }), /name must be lower case/],
  [DECLARED, 'no description', adapter({ description: ' ' }), /description must not be empty/],
  [CONFIG, 'no schema', adapter({ configSchema: undefined } as never), /must have a configSchema/],
  [CONFIG, 'a schema that takes all', good, /must refuse badConfig/, { badConfig: {} }],
  [
    CREDENTIALS,
    'no variable name',
    adapter({ credentials: () => ({ anyOf: ['a key'], demoModel: true }) }),
    /environment/,
  ],
  [
    CREDENTIALS,
    'a throw',
    adapter({
      credentials: (model) => {
        throw new Error(`no ${model}`);
      },
    }),
    /no openai/,
  ],
  [ANSWERS, 'another answer', good, /the answer must hold "bye"/, { expect: 'bye' }],
  [ANSWERS, 'an empty answer', good, /the answer must match/, { message: 'say', expect: /./ }],
  [
    ANSWERS,
    'no end',
    engine(
      spoiled.withEvents(async function* () {
        yield { type: 'started' };
      }),
    ),
    /exactly one finish/,
  ],
  [ANSWERS, 'two ends', engine(spoiled.withMore({ type: 'finish' })), /exactly one finish/],
  [ANSWERS, 'more after the end', engine(spoiled.withMore({ type: 'started' })), /nothing may follow/],
  [
    ANSWERS,
    'a throw after the end',
    engine(
      spoiled.withEvents(async function* (events) {
        yield* events;
        throw new EngineError('internal', 'x');
      }),
    ),
    /must not have finished before/,
  ],
  [ANSWERS, 'never an end', engine(spoiled.Hanging), /must end within 300 ms/, { timeoutMs: 300 }],
  [ANSWERS, 'a question in place of an answer', good, /must end with finish/, { message: 'ask' }],
  [ANSWERS, 'an unknown event', extra({ type: 'thought', text: 'x' }), /type of the contract/],
  [ANSWERS, 'a delta without text', extra({ type: 'text-delta' }), /must have a text/],
  [ANSWERS, 'an event that is not JSON', extra({ ...call, input: new Date(0) }, result), /survive JSON/],
  [
    ANSWERS,
    'an end that contradicts the deltas',
    extra({ type: 'text-delta', text: '!' }),
    /begin with the joined deltas/,
  ],
  [ANSWERS, 'negative usage', extra({ type: 'usage', inputTokens: -1, outputTokens: 0 }), /whole tokens/],
  [ANSWERS, 'half a token', extra({ type: 'usage', inputTokens: 0.5, outputTokens: 0 }), /whole tokens/],
  [
    ANSWERS,
    'an odd price',
    extra({ type: 'usage', inputTokens: 1, outputTokens: 1, costUsd: Number.NaN }),
    /US dollars/,
  ],
  [ANSWERS, 'a file that is nowhere', extra({ type: 'file', file: { kind: 'file' } }), /data or a url/],
  [ANSWERS, 'a retry for an unknown reason', extra({ type: 'retry', reason: 'bored' }), /engine error code/],
  [
    ANSWERS,
    'an ordinary Error',
    engine(spoiled.withErrors(() => new Error('x'))),
    /EngineError and nothing else/,
    { message: 'fail' },
  ],
  [
    REQUEST,
    'an unknown extension',
    engine(
      spoiled.withEvents(async function* (events, { request }) {
        if (request && request.extensions.length > 0) throw new EngineError('unsupported', 'Never heard of it.');
        yield* events;
      }),
    ),
    /Never heard of it/,
  ],
  [TOOLS, 'no tool call', good, /must call a tool/, { tools: 'say hi' }],
  [TOOLS, 'a call without a result', extra({ ...call, id: 'open' }), /must have its tool-result before finish/],
  [TOOLS, 'a result without a call', extra(result), /id of a tool-call that is open/],
  [TOOLS, 'a second result', extra(call, result, result), /id of a tool-call that is open/],
  [TOOLS, 'one id twice', extra(call, result, call, result), /must be unique/],
  [TOOLS, 'a call without a name', extra({ ...call, name: '' }, result), /must have a name/],
  [ANSWERS, 'data that is nothing', extra({ type: 'data', data: null }), /data: it must not be null/],
  [ANSWERS, 'a schema that is none', extra({ type: 'data', data: 1, schema: [] }), /schema: it must be an object/],
  [ANSWERS, 'an artifact without parts', extra({ type: 'artifact', id: 'a', parts: [] }), /at least one part/],
  [
    ANSWERS,
    'a part of no kind',
    extra({ type: 'artifact', id: 'a', parts: [{ kind: 'text', text: 'x' }, { text: 'x' }] }),
    /part 2 must have the kind text, data or file/,
  ],
  [
    ANSWERS,
    'a file of an artifact that is nowhere',
    extra({ type: 'artifact', id: 'a', parts: [{ kind: 'file' }] }),
    /part 1 must have data or a url/,
  ],
  [ANSWERS, 'a piece after the last', extra(LAST, { ...LAST, append: true }), /may follow its last one/],
  [ANSWERS, 'a blank status', extra({ type: 'status', text: ' ' }), /text: it must not be empty/],
  [DATA, 'no data', good, /must yield a data event/, { data: 'say hi' }],
  [DATA, 'other data each time', engine(spoiled.GivesOtherData), /no other data/],
  [ARTIFACT, 'no artifact', good, /must yield an artifact event/, { artifact: 'say hi' }],
  [ARTIFACT, 'begins with a later piece', engine(spoiled.AppendsFirst), /first event of an artifact must not append/],
  [STATUS, 'no status', good, /must yield a status event/, { status: 'say hi' }],
  [STATUS, 'a whole page', extra({ type: 'status', text: 'a\nb' }), /must be one line/],
  [CLOSING, 'no message', good, /message of finish must hold "bye"/, { closing: { text: 'say hi', expect: 'bye' } }],
  [REJECTS, 'does it', good, /must end with reject/, { rejected: { text: 'say hi', expect: 'x' } }],
  [
    REJECTS,
    'for another reason',
    good,
    /reason of reject must hold "x"/,
    { rejected: { text: 'refuse', expect: 'x' } },
  ],
  [FILES, 'a copy', engine(spoiled.Copying), /must not be written again; found .*copy\.txt/],
  [PLACES, 'the base', engine(spoiled.Rooted), /made\.txt must be in turn\.workDir/],
  [PLACES, 'the first directory', engine(spoiled.Settled), /in turn\.workDir of a later turn/],
  [FILES, 'a throw', engine(spoiled.AfraidOfFiles), /no files/i],
  [
    FAILS,
    'no failure',
    good,
    /must throw EngineError "auth"; found 'no error'/,
    { failing: { text: 'say', code: 'auth' } },
  ],
  [
    FAILS,
    'another code',
    engine(spoiled.withErrors(() => new EngineError('internal', 'x'))),
    /must throw EngineError "auth"/,
  ],
  [FAILS, 'an ordinary Error', engine(spoiled.withErrors(() => new TypeError('x'))), /EngineError and nothing else/],
  [FAILS, 'not even an Error', engine(spoiled.withErrors(() => undefined)), /EngineError and nothing else/],
  [FAILS, 'an unlisted code', engine(spoiled.withErrors(() => new EngineError('oops' as never, 'x'))), /listed code/],
  [
    FAILS,
    'a stack in the message',
    engine(spoiled.withErrors(() => new EngineError('auth', 'x\n    at y (z.js:1:1)'))),
    /no stack/,
  ],
  [FAILS, 'no message', engine(spoiled.withErrors(() => new EngineError('auth', ' '))), /must have a message/],
  [
    FAILS,
    'no time to wait',
    engine(spoiled.withErrors(() => new EngineError('auth', 'x', { retryAfterMs: Number.NaN }))),
    /milliseconds/,
  ],
  [FAILS, 'stuck ever after', engine(spoiled.Broken), /stuck/],
];
