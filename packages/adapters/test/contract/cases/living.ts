import { type AgentEngine, EngineError } from '../../../src/index.js';
import * as spoiled from '../spoiled-engines.js';
import { adapter, engine, good, type Row } from './row.js';

const INDEPENDENT = 'makes engines that do not depend on each other';
const AT_ONCE = 'serves several contexts at once';
const MIX = 'does not mix the answers of contexts that run at once';
const REMEMBERS = 'remembers a context from turn to turn, and keeps it from other contexts';
const RESTART = 'remembers a context in a new engine on the same stateDir';
const STOPS = 'stops within 2 s of an abort, yields nothing more, and answers the next message';
const BEFORE = 'does nothing when the signal is aborted before the turn';
const LEFT = 'stops when its reader stops reading';
const DISPOSED = 'is disposed after a turn, and leaves nothing behind';
const UNKNOWN = 'has nothing to continue of a turn that it never ran';
const FINISHED = 'repeats the answer of a finished turn, or has nothing to continue';
const EARLIER = 'never continues a turn with the answer of an earlier one';
const CHECKPOINT = 'continues from its checkpoint with the text before it, or resets the text';
const ASKS = 'asks, and continues with the answer';
const ASKS_LATER = 'asks, and continues with the answer in a new engine on the same stateDir';
const NEVER_ASKED = 'refuses an answer to a question that it never asked';
const ASKS_BOTH =
  'asks for several things at once, and continues with all answers in a new engine on the same stateDir';
const AUTHORIZES =
  'asks for an authorization, and continues with the next message in a new engine on the same stateDir';
const FORGETS = 'forgets a context, whose next turn begins a new conversation, if it can forget';
const FORGETS_TWICE = 'forgets a context twice, and one that it does not have, if it can forget';
const HEALTH = 'reports its health within 5 s, if it has a check';
const TRANSCRIPT = 'returns a transcript in consecutive pages, if it has one';

const SILENT_ENGINE: AgentEngine = { async *runTurn() {} };

/** Rules for engines beside each other, and for stopping, continuing and asking. */
export const LIVING: readonly Row[] = [
  [INDEPENDENT, 'one engine for all', adapter({ createEngine: () => SILENT_ENGINE }), /a new engine each time/],
  [INDEPENDENT, 'engines that end together', engine(spoiled.Entangled), /The other engine ended/],
  [AT_ONCE, 'one turn at a time', engine(spoiled.OneAtATime), /One at a time/],
  [MIX, 'mixed answers', engine(spoiled.Mixing), /must hold "mark-amber"/],
  [REMEMBERS, 'remembers nothing', engine(spoiled.Amnesic), /the answer to the second message must hold "Tom"/],
  [REMEMBERS, 'one memory for all', engine(spoiled.Shared), /must not hold what was said in another context/],
  [RESTART, 'forgets when it is disposed', engine(spoiled.Forgetful), /after a restart, must hold "Tom"/],
  [STOPS, 'deaf', engine(spoiled.Deaf), /must end within 2000 ms/],
  [STOPS, 'slow to stop', engine(spoiled.Sluggish), /must end within 2000 ms/],
  [
    STOPS,
    'speaks after the abort',
    engine(
      spoiled.withEvents(async function* (events) {
        try {
          yield* events;
        } catch {
          yield { type: 'finish' };
        }
      }),
    ),
    /nothing may be yielded after an abort/,
  ],
  [STOPS, 'another error', engine(spoiled.withErrors(() => new EngineError('unavailable', 'x'))), /throw "canceled"/],
  [
    STOPS,
    'an ordinary Error',
    engine(spoiled.withErrors(() => new DOMException('x', 'AbortError'))),
    /EngineError and nothing else/,
  ],
  [STOPS, 'leaves work running', engine(spoiled.LitteringWhenStopped), /an aborted turn must leave nothing behind/],
  [STOPS, 'stuck ever after', engine(spoiled.Broken), /stuck/],
  [STOPS, 'a fixture that is not slow', good, /make it slower/, { slow: { text: 'say hi' } }],
  [BEFORE, 'deaf', engine(spoiled.Deaf), /nothing may be yielded after an abort/],
  [
    BEFORE,
    'hanging',
    engine(
      spoiled.withEvents(async function* () {
        await new Promise(() => undefined);
      }),
    ),
    /must end within 2000 ms/,
  ],
  [LEFT, 'slow to stop', engine(spoiled.Sluggish), /must end when its reader stops reading within 2000 ms/],
  [
    LEFT,
    'leaves work running',
    engine(spoiled.LitteringWhenStopped),
    /reader stopped reading must leave nothing behind/,
  ],
  [DISPOSED, 'does not go', engine(spoiled.Clinging), /a disposed engine must leave nothing behind/],
  [
    UNKNOWN,
    'continues anything',
    engine(spoiled.ContinuesAnything),
    /context that is new must throw "nothing-to-continue"/,
  ],
  [
    UNKNOWN,
    'continues the last turn',
    engine(spoiled.ContinuesTheLast),
    /after another one, must throw "nothing-to-continue"/,
  ],
  [FINISHED, 'another answer', engine(spoiled.ContinuesAnything), /must give that turn's answer/],
  [EARLIER, 'continues the last turn', engine(spoiled.ContinuesTheLast), /must not end with an earlier answer/],
  [
    CHECKPOINT,
    'forgets its answer',
    engine(spoiled.ForgetsWhatItSaid),
    /must end with a text that begins with everything streamed/,
    { slow: { text: 'count' } },
  ],
  [
    ASKS,
    'does not ask',
    good,
    /must end with input-required/,
    { inputRequired: { text: 'say hi', answer: 'yes', expect: 'x' } },
  ],
  [ASKS, 'does not listen', engine(spoiled.IgnoresAnswers), /answer after the input must match/],
  [
    ASKS,
    'asks nothing',
    engine(
      spoiled.withEvents(async function* () {
        yield { type: 'input-required', requestId: 'a', request: 'question', prompt: '' };
      }),
    ),
    /must have a prompt/,
  ],
  [
    ASKS,
    'the same choice twice',
    engine(
      spoiled.withEvents(async function* () {
        yield {
          type: 'input-required',
          requestId: 'a',
          request: 'question',
          prompt: 'x',
          choices: [
            { id: 'a', label: 'A' },
            { id: 'a', label: 'B' },
          ],
        };
      }),
    ),
    /different ids/,
  ],
  [ASKS_LATER, 'asks from memory', engine(spoiled.AsksInMemory), /Not asked/],
  [NEVER_ASKED, 'takes any answer', engine(spoiled.TakesAnyAnswer), /never asked must throw/],
  [
    ASKS_BOTH,
    'asks for one thing',
    good,
    /input-required and 2 requests/,
    { severalRequests: { text: 'ask', answers: ['a', 'b'], expect: 'x' } },
  ],
  [ASKS_BOTH, 'hears one answer only', engine(spoiled.HearsOneAnswer), /after several answers must match/],
  [
    ASKS,
    'one id twice',
    engine(
      spoiled.withEvents(async function* () {
        const request = { requestId: 'a', request: 'question', prompt: 'x' } as const;
        yield { type: 'input-required', ...request, also: [request] };
      }),
    ),
    /requests of an event must have different ids/,
  ],
  [
    ASKS,
    'a further request that is none',
    engine(
      spoiled.withEvents(async function* () {
        const also = [{ requestId: 'b', request: 'wish', prompt: 'x' }] as never;
        yield { type: 'input-required', requestId: 'a', request: 'question', prompt: 'x', also };
      }),
    ),
    /number 1 must have a good request/,
  ],
  [
    AUTHORIZES,
    'does not ask',
    good,
    /must end with auth-required/,
    { authRequired: { text: 'say hi', answer: 'done', expect: 'x' } },
  ],
  [AUTHORIZES, 'asks from memory', engine(spoiled.AsksInMemory), /Not asked/],
  [
    ASKS,
    'a time without its zone',
    engine(
      spoiled.withEvents(async function* () {
        const expiresAt = '2026-01-01T10:00:00';
        yield { type: 'input-required', requestId: 'a', request: 'question', prompt: 'x', expiresAt };
      }),
    ),
    /must be a time in ISO 8601/,
  ],
  [
    ASKS,
    'an answer for a case that never comes',
    engine(
      spoiled.withEvents(async function* () {
        const otherwise = { text: 'no' };
        yield { type: 'input-required', requestId: 'a', request: 'question', prompt: 'x', otherwise };
      }),
    ),
    /must have expiresAt/,
  ],
  [
    ASKS,
    'an address that is none',
    engine(
      spoiled.withEvents(async function* () {
        yield { type: 'auth-required', requestId: 'a', prompt: 'x', url: 'sign-in' };
      }),
    ),
    /must be an absolute URL/,
  ],
  [FORGETS, 'keeps everything', engine(spoiled.KeepsAll), /transcript of a forgotten context must be empty/],
  [FORGETS, 'forgets other contexts', engine(spoiled.ForgetsAll), /context that was not forgotten must hold "Tom"/],
  [FORGETS, 'answers from memory', engine(spoiled.ForgetsOnDisk), /in the process that ran it, too/],
  [FORGETS_TWICE, 'fails for an unknown context', engine(spoiled.ForgetsWhatItHas), /No such context/],
  [FORGETS_TWICE, 'keeps its transcript', engine(spoiled.KeepsItsTranscript), /must be empty/],
  [HEALTH, 'unwell', engine(spoiled.Unwell), /engine that can answer must be ok/],
  [TRANSCRIPT, 'no pages', engine(spoiled.Talkative), /keep to its limit/],
];
