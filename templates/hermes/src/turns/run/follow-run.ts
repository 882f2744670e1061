import { setTimeout as delay } from 'node:timers/promises';
import { canceledError, EngineError, orCanceled, type TurnEvent } from '@molecule/adapters';
import type { HermesClient } from '../../api/hermes-client.js';
import type { RunEventStream } from '../../api/run-event-stream.js';
import { hasEnded, type Run, type RunEvent } from '../../api/runs.js';
import type { PendingApproval, RunNotes } from '../record/run-notes.js';
import { outcomeOf, UNSAID, usageOf } from './outcome.js';
import type { StepReader } from './step-reader.js';
import { StreamedText } from './streamed-text.js';

/** Milliseconds without an event after which the run's status is asked. */
const POLL_MS = 500;

/** A run and how to read it. */
export interface FollowedRun {
  readonly runId: string;
  /** Absent: its events cannot be had any more, and its status is asked instead. */
  readonly stream: RunEventStream | undefined;
  readonly steps: StepReader;
}

/** The command for which a run waits for a person; empty if only the status is known. */
export type ApprovalRequest = Partial<PendingApproval>;

/** The turn's reader and signals, and how approvals are handled. */
export interface FollowOptions {
  readonly client: HermesClient;
  readonly notes: RunNotes;
  readonly signal: AbortSignal;
  /** Answers an approval (`undefined`: the run continues), or returns the event that ends the turn. */
  onApproval(request: ApprovalRequest): Promise<TurnEvent | undefined>;
}

/**
 * Reports a run to its end: the last event is `finish` or `input-required`, or it throws `EngineError`. A run that Hermes no longer has
 * was lost with its gateway: `engine-died`.
 */
export async function* followRun(run: FollowedRun, options: FollowOptions): AsyncGenerator<TurnEvent> {
  const { client, notes, signal } = options;
  const text = new StreamedText();
  let sawEnd = false;
  for (;;) {
    const look = run.stream ? await run.stream.next(POLL_MS, signal) : 'closed';
    if (signal.aborted) throw canceledError(signal);
    if (typeof look === 'object') {
      const last = yield* tell(look, run, text, options);
      if (last) return;
      continue;
    }
    const status = await ask(statusOf(run.runId, client), signal);
    // The status may be ahead of the events: the stream gets one more chance to deliver them in order.
    if (hasEnded(status) && look === 'idle' && !sawEnd) {
      sawEnd = true;
    } else if (hasEnded(status)) {
      yield* await ask(run.steps.readLast(), signal);
      yield* end(status, run, text, options);
      return;
    } else if (look === 'closed') {
      yield* await ask(run.steps.read(), signal);
      // Of two that wait, Hermes takes the first answer for both in its status.
      const pending = await notes.pending(run.runId);
      if (pending || status.status === 'waiting_for_approval') {
        const question = await options.onApproval(pending ?? {});
        if (question) return yield question;
      }
      await delay(POLL_MS, undefined, { signal }).catch(() => {}); // If aborted, the next round throws.
    }
  }
}

/** Reports one event; returns true after the last one. */
async function* tell(
  event: RunEvent,
  run: FollowedRun,
  text: StreamedText,
  options: FollowOptions,
): AsyncGenerator<TurnEvent, boolean> {
  const { steps } = run;
  switch (event.event) {
    case 'message.delta':
      yield* text.add(event.delta);
      return false;
    case 'tool.started':
      text.interrupt();
      yield* await ask(steps.read(), options.signal);
      return false;
    case 'tool.completed':
      yield* await ask(steps.readResult(), options.signal);
      return false;
    case 'approval.request': {
      yield* await ask(steps.read(), options.signal);
      const { command, description } = event;
      const question = await options.onApproval({ ...(command && { command }), ...(description && { description }) });
      if (question) yield question;
      return question !== undefined;
    }
    default:
      yield* await ask(steps.readLast(), options.signal);
      yield* end({ ...event, status: event.event.slice('run.'.length) }, run, text, options);
      return true;
  }
}

/** Use first: what a turn has cost counts also when it has failed. */
async function* end(
  run: Run,
  { runId }: FollowedRun,
  streamed: StreamedText,
  { notes }: FollowOptions,
): AsyncGenerator<TurnEvent> {
  const told = await notes.end(runId);
  yield* usageOf(run, told);
  const { text, reason } = outcomeOf(run, told);
  yield { type: 'finish', text: text || streamed.whole || UNSAID[reason], ...(reason !== 'stop' && { reason }) };
}

async function statusOf(runId: string, client: HermesClient): Promise<Run> {
  const run = await client.run(runId);
  if (run === undefined) throw new EngineError('engine-died', 'Hermes was restarted in the middle of the turn.');
  return run;
}

/** Asks Hermes in the middle of a run: not to be reached means here that the run is lost or cannot be followed. */
function ask<Value>(question: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const answered = question.catch((cause: unknown) => {
    if (!EngineError.is(cause) || cause.code !== 'unavailable') throw cause;
    throw new EngineError('engine-died', 'Hermes could not be reached any more in the middle of the turn.', { cause });
  });
  return orCanceled(answered, signal);
}
