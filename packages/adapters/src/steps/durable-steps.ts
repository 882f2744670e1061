import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { assertTurnEvent } from '../checks/turn-event.js';
import type { InputChoice, InputRequest } from '../contract/input-request.js';
import type { AskAnswer, AskRequest, StepEvent, StepOptions, StepRun, TurnSteps } from '../contract/steps.js';
import type { InputAnswer } from '../contract/turn.js';
import { endsTurn } from '../contract/turn-event.js';
import { canceledError } from '../errors/canceled-error.js';
import { demand, kindOf } from '../errors/contract-violation.js';
import { EngineError } from '../errors/engine-error.js';
import { RecordedSteps } from './recorded-steps.js';
import type { PutAway, RecordedStep, StepJournal } from './step-journal.js';
import { errorOf, failureOf, resultJson, stepKey } from './step-result.js';
import { type StepCall, StepScope } from './step-scope.js';
import { StepWaits } from './step-waits.js';

const BACKOFF_MS = 500;
const MOST_BACKOFF_MS = 30_000;
const APPROVAL: readonly InputChoice[] = [
  { id: 'approve', label: 'Approve', means: 'approve' },
  { id: 'reject', label: 'Reject', means: 'reject' },
];

/** What is shown at once; all else is written together with the result of the step. */
const LIVE: ReadonlySet<StepEvent['type']> = new Set<StepEvent['type']>([
  'text-delta',
  'reasoning-delta',
  'status',
  'tool-call',
  'tool-progress',
  'retry',
  'started',
  'waiting',
]);

type Work = (run: StepRun) => unknown;

/** The durable steps of one attempt of a turn. */
export class DurableSteps implements TurnSteps {
  readonly #journal: StepJournal;
  readonly #recorded: RecordedSteps;
  readonly #waits: StepWaits;
  readonly #root = new StepScope();
  readonly #scopes = new AsyncLocalStorage<StepScope>();

  constructor(journal: StepJournal) {
    this.#journal = journal;
    this.#recorded = new RecordedSteps(journal);
    this.#waits = new StepWaits(() => journal.now(), journal.signal);
  }

  /** Resolves when the turn is to be put away; the engine must then be stopped. */
  get putAway(): Promise<PutAway> {
    return this.#waits.putAway;
  }

  // The methods are fields, so that an engine may take them apart: `{ step, ask }`.
  readonly step: TurnSteps['step'] = async <Result>(
    name: string,
    given: StepOptions | Work,
    work?: Work,
  ): Promise<Result> => {
    const [options, run] = typeof given === 'function' ? [{}, given] : [given, work];
    demand(typeof run === 'function', `a step must have a function to run, not ${kindOf(run)}`);
    return (await this.#called(name, options.id, async (call) => {
      const recorded = await this.#recorded.find(call);
      return recorded ? this.#replay(recorded, call.scope) : this.#run(name, call, options, run);
    })) as Result;
  };

  readonly ask: TurnSteps['ask'] = (request) =>
    handled(this.#called('ask', undefined, (call) => this.#ask(call, request)));

  readonly sleep: TurnSteps['sleep'] = (until) =>
    handled(this.#called('sleep', undefined, (call) => this.#sleep(call, until)));

  readonly emit: TurnSteps['emit'] = (event) => this.#emit(event, this.#scope);

  readonly hasSteps = async (): Promise<boolean> => this.#journal.resumes || !(await this.#recorded.isEmpty());

  get #scope(): StepScope {
    return this.#scopes.getStore() ?? this.#root;
  }

  async #called<Value>(name: string, id: string | undefined, work: (call: StepCall) => Promise<Value>): Promise<Value> {
    this.#requireSignal();
    this.#waits.requireRunning();
    const call = this.#scope.call(name, id);
    try {
      return await work(call);
    } finally {
      call.scope.close();
    }
  }

  async #ask(call: StepCall, request: AskRequest): Promise<AskAnswer> {
    const key = stepKey(this.#journal.run, call.path);
    const asked = requestOf(request, key);
    const recorded = await this.#recorded.find(call);
    if (recorded) return (await recorded.result()) as AskAnswer;
    const given = this.#journal.answers.find(({ requestId }) => requestId === key);
    if (!given) return this.#waits.ask(call.scope, asked);
    const answer = answerTo(asked, given);
    await this.#journal.record(recordOf(call), JSON.stringify(answer), []);
    return answer;
  }

  async #sleep(call: StepCall, until: number | Date): Promise<void> {
    const at = until instanceof Date ? until.getTime() : this.#journal.now() + until;
    demand(Number.isFinite(at), 'a sleep must have a time: milliseconds from now, or a Date', until);
    const recorded = await this.#recorded.find(call);
    if (!recorded) await this.#journal.record({ ...recordOf(call), until: at }, undefined, []);
    await this.#waits.sleep(call.scope, recorded?.until ?? at);
    this.#requireSignal();
  }

  async #replay(recorded: RecordedStep, scope: StepScope): Promise<unknown> {
    const { text = '', artifacts = [], failure } = recorded;
    this.#journal.keepArtifacts(artifacts);
    for (const outer of scope.outwards()) for (const id of artifacts) outer.artifacts.add(id);
    if (text !== '') await this.#emit({ type: 'text-delta', text }, scope);
    if (failure) throw errorOf(failure);
    return recorded.result();
  }

  async #run(name: string, call: StepCall, options: StepOptions, work: Work): Promise<unknown> {
    const scope = call.scope.inside(call.path);
    this.#waits.begins(scope);
    try {
      const result = await this.#try(scope, call, options, work);
      const json = resultJson(name, result);
      await this.#record(call, scope, json);
      return json === undefined ? undefined : (JSON.parse(json) as unknown);
    } finally {
      this.#waits.ends(scope);
    }
  }

  /** Tries until there is a result. A failure that is final is recorded. */
  async #try(scope: StepScope, call: StepCall, options: StepOptions, work: Work): Promise<unknown> {
    const { retries = 0, backoffMs = BACKOFF_MS, maxBackoffMs = MOST_BACKOFF_MS } = options;
    const { signal, run } = this.#journal;
    const key = stepKey(run, call.path);
    for (let attempt = 1; ; attempt++) {
      const said = this.#journal.said();
      try {
        const emit = (event: StepEvent) => this.#emit(event, scope);
        return await this.#scopes.run(scope, () => work({ key, attempt, signal, emit }));
      } catch (error) {
        if (signal.aborted) throw canceledError(signal);
        this.#waits.requireRunning();
        if (attempt > retries || isFinal(error)) {
          const failure = failureOf(error);
          if (failure) await this.#record(call, scope, undefined, failure);
          throw error;
        }
        await this.#forget(scope, said);
        const wait = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(30, attempt - 1));
        await pause(wait, undefined, { signal }).catch(() => {});
        this.#requireSignal();
      }
    }
  }

  /** What a failed try has told is void. What it has said is withdrawn, unless another step has said something since. */
  async #forget(scope: StepScope, said: number): Promise<void> {
    const { text } = scope;
    scope.text = '';
    scope.events.length = 0;
    scope.artifacts.clear();
    if (text === '' || this.#journal.said() !== said + text.length) return;
    for (const outer of scope.parent?.outwards() ?? []) outer.text = outer.text.slice(0, -text.length);
    await this.#journal.unsay(said);
  }

  async #record(
    call: StepCall,
    { text, artifacts, events }: StepScope,
    result: string | undefined,
    failure?: RecordedStep['failure'],
  ): Promise<void> {
    const told = {
      ...(failure && { failure }),
      ...(text !== '' && { text }),
      ...(artifacts.size > 0 && { artifacts: [...artifacts] }),
    };
    await this.#journal.record({ ...recordOf(call), ...told }, result, events);
    // A step that has ended while the turn is stopped is recorded; what follows it is not begun.
    this.#requireSignal();
  }

  async #emit(event: StepEvent, scope: StepScope): Promise<void> {
    assertTurnEvent(event);
    demand(!endsTurn(event), `an event that ends the turn is yielded, and not emitted: ${event.type}`);
    if (event.type === 'text-delta') for (const each of scope.outwards()) each.text += event.text;
    if (event.type === 'artifact') for (const each of scope.outwards()) each.artifacts.add(event.id);
    if (scope.parent && !LIVE.has(event.type)) scope.events.push(event);
    else await this.#journal.tell(event).catch(() => {});
  }

  #requireSignal(): void {
    const { signal } = this.#journal;
    if (signal.aborted) throw canceledError(signal);
  }
}

/** When the turn is put away, its waits fail, also those that the code does not await. */
function handled<Value>(wait: Promise<Value>): Promise<Value> {
  wait.catch(() => {});
  return wait;
}

function isFinal(error: unknown): boolean {
  return EngineError.is(error) && !error.retryable;
}

function recordOf({ path, place, overlaps }: StepCall): Pick<RecordedStep, 'path' | 'place' | 'overlaps'> {
  return { path, ...(place !== undefined && { place }), ...(overlaps && { overlaps }) };
}

function requestOf(request: AskRequest, requestId: string): InputRequest {
  const kind = request.request ?? (request.tool ? 'approval' : 'question');
  const choices = request.choices ?? (kind === 'approval' ? APPROVAL : undefined);
  const asked = { ...request, requestId, request: kind, ...(choices && { choices }) };
  assertTurnEvent({ type: 'input-required', ...asked });
  return asked;
}

function answerTo({ choices = [] }: InputRequest, given: InputAnswer): AskAnswer {
  const { requestId: _requestId, parts, ...answer } = given;
  const files = parts.filter((part) => part.kind === 'file');
  const means = choices.find(({ id }) => id === given.choice)?.means;
  return { ...answer, ...(files.length > 0 && { files }), ...(means && { approved: means === 'approve' }) };
}
