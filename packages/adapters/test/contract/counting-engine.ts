import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, type Turn, type TurnControls, type TurnEvent } from '../../src/index.js';
import { EchoEngine } from './echo-adapter.js';

const WORDS = 120;
const EVERY_MS = 50;

/** Counts to 120 within 6 s, saves its position, and continues from there, faster, without a reset. */
export class CountingEngine extends EchoEngine {
  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    const asked = turn.kind === 'continue' ? turn.original : turn;
    if (asked.text !== 'count') return yield* super.runTurn(turn, controls);
    if (turn.kind === 'continue' && turn.checkpoint === undefined) {
      throw new EngineError('nothing-to-continue', 'Nothing was counted.');
    }
    for (let word = Number(turn.checkpoint ?? 0); word < WORDS; word++) {
      await delay(turn.kind === 'continue' ? 1 : EVERY_MS, undefined, { signal: controls.signal }).catch(() => {
        throw new EngineError('canceled', 'The turn was canceled.');
      });
      yield { type: 'text-delta', text: `${word} ` };
      controls.checkpoint(word + 1);
    }
    yield { type: 'finish' };
  }
}
