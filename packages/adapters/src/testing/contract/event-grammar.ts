import { assertTurnEvent } from '../../checks/turn-event.js';
import type { FinishEvent } from '../../contract/answer-event.js';
import { endsTurn, type TurnEvent } from '../../contract/turn-event.js';
import { demand } from '../../errors/contract-violation.js';
import { streamedText } from './observed-turn.js';

/**
 * Checks what holds for the events of every turn, whether it ended or threw.
 *
 * @throws {ContractViolationError}
 */
export function checkEvents(events: readonly TurnEvent[], outcome: 'ended' | 'thrown'): void {
  for (const event of events) assertTurnEvent(event);
  checkTerminal(events, outcome);
  checkToolPairs(events);
  checkArtifacts(events);
  checkFinalText(events);
}

function checkTerminal(events: readonly TurnEvent[], outcome: 'ended' | 'thrown'): void {
  const terminals = events.filter(endsTurn);
  const types = events.map((event) => event.type);
  if (outcome === 'thrown') {
    demand(terminals.length === 0, 'a turn that throws must not have finished before', types);
    return;
  }
  demand(
    terminals.length === 1,
    'a turn must end with exactly one finish, input-required, auth-required or reject',
    types,
  );
  demand(events.at(-1) === terminals[0], 'nothing may follow the last event of a turn', types);
}

function checkToolPairs(events: readonly TurnEvent[]): void {
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const event of events) {
    if (event.type === 'tool-call') {
      demand(!seen.has(event.id), 'the id of a tool-call must be unique in its turn', event.id);
      seen.add(event.id);
      open.add(event.id);
    }
    if (event.type === 'tool-progress' || event.type === 'tool-result') {
      demand(open.has(event.id), `a ${event.type} must have the id of a tool-call that is open`, event);
    }
    if (event.type === 'tool-result') open.delete(event.id);
  }
  if (events.at(-1)?.type === 'finish') {
    demand(open.size === 0, 'a tool-call must have its tool-result before finish', [...open]);
  }
}

function checkArtifacts(events: readonly TurnEvent[]): void {
  const complete = new Set<string>();
  for (const event of events) {
    if (event.type !== 'artifact') continue;
    demand(!complete.has(event.id), 'no event of an artifact may follow its last one', event);
    if (event.last) complete.add(event.id);
  }
}

/** The final text must keep what a client has read as deltas. */
function checkFinalText(events: readonly TurnEvent[]): void {
  const finish = events.find((event): event is FinishEvent => event.type === 'finish');
  if (finish?.text === undefined) return;
  const streamed = streamedText(events);
  demand(
    finish.text.startsWith(streamed),
    'the text of finish must begin with the joined deltas, or a reset must come before',
    { streamed, finish: finish.text },
  );
}
