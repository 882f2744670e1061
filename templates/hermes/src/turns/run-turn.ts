import { createHash } from 'node:crypto';
import {
  type AbortReason,
  canceledError,
  EngineError,
  type JsonValue,
  orCanceled,
  type ToolCallEvent,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import type { HistoryMessage, RunRequest } from '../api/hermes-client.js';
import { inputRequired } from './approval.js';
import type { EngineParts } from './engine-parts.js';
import type { TurnRecord } from './record/turn-record.js';
import { isRefusal } from './refusal.js';
import { type ApprovalRequest, type FollowedRun, followRun } from './run/follow-run.js';
import { StepReader } from './run/step-reader.js';
import { stopRun } from './run/stop-run.js';

/** Milliseconds for a run to stop, so that a canceled turn is over within 2 seconds. Hermes needs some 100. */
const STOP_WAIT_MS = 1500;

/** A running turn: its record, which outlives the process, and its controls. */
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
  /** The last message of the session that was already reported. */
  readonly seen: number;
  /** An answer that a person gave to the same turn before its run was lost. */
  readonly decision?: TurnRecord['decision'];
  /** True if an earlier attempt has streamed text that is no longer valid. */
  readonly afresh?: boolean;
}

/** How the events of a run are reported. */
export interface Telling extends Pick<NewRun, 'decision' | 'afresh'> {
  /** True if the turn continues after a question: the waiting call is reported again, because its result refers to it. */
  readonly afterQuestion?: boolean;
}

/** Starts a run for a turn and reports it to its end. */
export async function* startRun(
  turn: RunningTurn,
  { input, history, seen, ...how }: NewRun,
): AsyncGenerator<TurnEvent> {
  const { parts, controls, sessionId } = turn;
  // On disk before the call to Hermes, so that after any crash the next attempt detects that a run may exist.
  await save(turn, { runId: undefined, ended: false, released: false });
  if (controls.signal.aborted) throw canceledError(controls.signal);
  const request = { input, history, sessionId, instructions: parts.systemPrompt };
  const started = startWhenThereIsRoom(parts, request);
  const runId = await orCanceled(started, controls.signal).catch((error: unknown) => {
    if (controls.signal.aborted) started.then((late) => stopRun(parts, late, STOP_WAIT_MS)).catch(() => {}); // Never started: good.
    throw error;
  });
  await save(turn, { runId, runAfter: seen });
  const stream = await parts.client.events(runId);
  const steps = new StepReader(parts.client, sessionId, seen);
  yield* tellRun(turn, { runId, stream, steps }, how);
}

/** A run that waits for a person is released. If there is none, Hermes has its maximum of active runs: `rate-limit`. */
async function startWhenThereIsRoom(parts: EngineParts, request: RunRequest): Promise<string> {
  for (;;) {
    try {
      return await parts.client.startRun(request);
    } catch (error) {
      if (!EngineError.is(error) || error.code !== 'rate-limit' || !(await parts.waiting.releaseOldest())) throw error;
    }
  }
}

/** Reports an active run to its end. If the turn is stopped, the run is stopped too. */
export async function* tellRun(
  turn: RunningTurn,
  run: FollowedRun,
  { decision, afresh = false, afterQuestion = false }: Telling = {},
): AsyncGenerator<TurnEvent> {
  const { parts, controls } = turn;
  let isOpen = true;
  let openDecision = decision;
  const onApproval = async (request: ApprovalRequest): Promise<TurnEvent | undefined> => {
    const call = await callThatAsks(turn, request);
    if (openDecision && isMeant(openDecision, request, call)) {
      const { choice } = openDecision;
      openDecision = undefined;
      await parts.client.approve(run.runId, choice);
      return undefined;
    }
    return ask(turn, run, request, call);
  };
  try {
    yield { type: 'started', reference: run.runId };
    if (afresh) yield { type: 'reset' };
    if (afterQuestion) yield* run.steps.openCalls();
    const { client, notes } = parts;
    for await (const event of followRun(run, { client, notes, signal: controls.signal, onApproval })) {
      if (event.type === 'finish') await save(turn, { ended: true });
      if (event.type === 'finish' || event.type === 'input-required') isOpen = false;
      yield event;
    }
  } catch (error) {
    isOpen = controls.signal.aborted;
    if (isRefusal(error)) await save(turn, { ended: true, refused: [...turn.record.refused, turn.record.after] });
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
async function ask(
  turn: RunningTurn,
  run: FollowedRun,
  request: ApprovalRequest,
  call: ToolCallEvent | undefined,
): Promise<TurnEvent> {
  const { record, parts } = turn;
  const again = request.command === undefined ? record.asked : undefined;
  const asks = record.asks + (again ? 0 : 1);
  const asked = again ?? {
    requestId: `${run.runId}:${asks}`,
    command: request.command ?? commandOf(call) ?? '',
    description: request.description ?? 'as its own rules say',
    ...(call && { call: digestOf(call) }),
  };
  await save(turn, { asks, asked, askedAt: Date.now() });
  parts.waiting.hold(turn.sessionId, turn.record);
  if (run.stream) parts.parked.set(run.runId, run);
  return inputRequired(asked);
}

/**
 * The call that asks: the one in the transcript without a result and with this command. Hermes masks keys in the command that it shows,
 * so a single open call counts as well; with several, the call is unknown.
 */
async function callThatAsks(
  { parts, sessionId, record }: RunningTurn,
  { command }: ApprovalRequest,
): Promise<ToolCallEvent | undefined> {
  // Read from the transcript again, because the events of this turn may be older than the question.
  const steps = new StepReader(parts.client, sessionId, record.runAfter ?? record.after);
  await steps.read();
  const open = steps.openCalls();
  const exact = open.filter((call) => commandOf(call) === command);
  const [only, ...others] = exact.length > 0 ? exact : open;
  return others.length === 0 ? only : undefined;
}

/** True if a person's answer, given before the run was lost, is for exactly this call. */
function isMeant(
  decision: NonNullable<TurnRecord['decision']>,
  { command }: ApprovalRequest,
  call: ToolCallEvent | undefined,
): boolean {
  if (decision.command !== command) return false;
  return decision.call === undefined || call === undefined ? false : decision.call === digestOf(call);
}

function commandOf(call: ToolCallEvent | undefined): string | undefined {
  const input = call?.input;
  if (typeof input !== 'object' || input === null) return undefined;
  const command = 'command' in input ? input['command'] : undefined;
  return typeof command === 'string' ? command : JSON.stringify(input);
}

function digestOf({ name, input }: ToolCallEvent): string {
  return createHash('sha256')
    .update(JSON.stringify([name, input]))
    .digest('hex');
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
  return parts.home !== undefined || !(controls.signal.aborted && reason?.code === 'superseded');
}
