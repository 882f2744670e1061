import type { AbortReason, JsonValue, TurnControls, TurnEvent } from '@molecule/adapters';
import type { HistoryMessage } from '../api/hermes-client.js';
import { inputRequired } from './approval.js';
import { canceled, orCanceled } from './canceled.js';
import type { EngineParts } from './engine-parts.js';
import { type ApprovalRequest, type FollowedRun, followRun } from './follow-run.js';
import { StepReader } from './step-reader.js';
import { stopRun } from './stop-run.js';
import type { TurnRecord } from './turn-record.js';

/** Milliseconds for a run to stop, so that a canceled turn is over within 2 seconds. Hermes needs some 100. */
const STOP_WAIT_MS = 1500;

/** A turn that is running: the record that outlives the process, and who steers it. */
export interface RunningTurn {
  readonly parts: EngineParts;
  readonly controls: TurnControls;
  readonly sessionId: string;
  record: TurnRecord;
}

/** What a new run is started with. */
export interface NewRun {
  readonly input: string;
  readonly history: readonly HistoryMessage[];
  /** The last message of the session that was told already. */
  readonly seen: number;
  /** An answer that a person gave to the same turn before its run was lost. */
  readonly decision?: TurnRecord['decision'];
  /** True when an earlier attempt has told text that no longer counts. */
  readonly afresh?: boolean;
}

/** How a run is told. */
export interface Telling extends Pick<NewRun, 'decision' | 'afresh'> {
  /** True when the turn goes on after a question: the call that waited is told again, since its result belongs to it. */
  readonly afterQuestion?: boolean;
}

/** Starts a run for a turn and tells it to its end. */
export async function* startRun(
  turn: RunningTurn,
  { input, history, seen, ...how }: NewRun,
): AsyncGenerator<TurnEvent> {
  const { parts, controls, sessionId } = turn;
  // On disk before Hermes is told: whatever dies in between, the next attempt knows that a run may exist.
  await save(turn, { runId: undefined, ended: false });
  if (controls.signal.aborted) throw canceled(controls.signal);
  const request = { input, history, sessionId, instructions: parts.systemPrompt };
  const started = parts.client.startRun(request);
  const runId = await orCanceled(started, controls.signal).catch((error: unknown) => {
    if (controls.signal.aborted) started.then((late) => stopRun(parts, late, STOP_WAIT_MS)).catch(() => {}); // Never started: good.
    throw error;
  });
  await save(turn, { runId });
  const stream = await parts.client.events(runId);
  const steps = new StepReader(parts.client, sessionId, seen);
  yield* tellRun(turn, { runId, stream, steps }, how);
}

/** Tells a run that is going on to its end. The run is stopped when the turn is. */
export async function* tellRun(
  turn: RunningTurn,
  run: FollowedRun,
  { decision, afresh = false, afterQuestion = false }: Telling = {},
): AsyncGenerator<TurnEvent> {
  const { parts, controls } = turn;
  let isOpen = true;
  let openDecision = decision;
  const onApproval = async (request: ApprovalRequest): Promise<TurnEvent | undefined> => {
    if (openDecision && openDecision.command === request.command) {
      const { choice } = openDecision;
      openDecision = undefined;
      await parts.client.approve(run.runId, choice);
      return undefined;
    }
    return ask(turn, run, request);
  };
  try {
    yield { type: 'started', reference: run.runId };
    if (afresh) yield { type: 'reset' };
    if (afterQuestion) yield* run.steps.openCalls();
    for await (const event of followRun(run, { client: parts.client, signal: controls.signal, onApproval })) {
      if (event.type === 'finish') await save(turn, { ended: true });
      if (event.type === 'finish' || event.type === 'input-required') isOpen = false;
      yield event;
    }
  } catch (error) {
    isOpen = controls.signal.aborted;
    throw error;
  } finally {
    if (!parts.parked.has(run.runId)) run.stream?.close();
    if (isOpen && mayStop(turn)) {
      const ended = await stopRun(parts, run.runId, STOP_WAIT_MS);
      await parts.journal.write(turn.sessionId, { ...turn.record, ended });
    }
  }
}

/** Notes the question, keeps the reader for the answer, and gives the event that ends the turn. */
async function ask(turn: RunningTurn, run: FollowedRun, request: ApprovalRequest): Promise<TurnEvent> {
  const { record, parts } = turn;
  const again = request.command === undefined ? record.asked : undefined;
  const asks = record.asks + (again ? 0 : 1);
  const asked = again ?? {
    requestId: `${run.runId}:${asks}`,
    command: request.command ?? (await pendingCommand(turn)),
    description: request.description ?? 'as its own rules say',
  };
  await save(turn, { asks, asked });
  if (run.stream) parts.parked.set(run.runId, run);
  return inputRequired(asked);
}

/** The command that waits, when nobody heard Hermes ask: the first tool call of the transcript without a result. */
async function pendingCommand({ parts, sessionId }: RunningTurn): Promise<string> {
  const steps = new StepReader(parts.client, sessionId, 0);
  await steps.read();
  const [call] = steps.openCalls();
  if (call === undefined) return '';
  const { input } = call;
  const command = typeof input === 'object' && input !== null && 'command' in input ? input['command'] : undefined;
  return typeof command === 'string' ? command : JSON.stringify(input);
}

/** Saves what changed, on disk and as the runner's checkpoint. */
export async function save(turn: RunningTurn, change: Partial<TurnRecord>): Promise<void> {
  turn.record = { ...turn.record, ...change };
  await turn.parts.journal.write(turn.sessionId, turn.record);
  // A JSON value once the absent keys are gone.
  turn.controls.checkpoint(JSON.parse(JSON.stringify(turn.record)) as JsonValue);
}

/** In a Hermes that others use, too, a run that another process has taken over is no longer ours to stop. */
function mayStop({ parts, controls }: RunningTurn): boolean {
  const reason = controls.signal.reason as Partial<AbortReason> | undefined;
  return parts.ownsHermes || !(controls.signal.aborted && reason?.code === 'superseded');
}
