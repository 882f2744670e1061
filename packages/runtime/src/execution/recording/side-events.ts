import type { Task } from '@a2a-js/sdk';
import type { JsonValue, StepEvent } from '@molecule/adapters';
import type { EventTarget } from '../../tasks/events/a2a-events.js';
import { USAGE_KEY } from '../../tasks/events/outcome-metadata.js';
import { progressEvent } from '../../tasks/events/progress-line.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import { AnswerArtifacts } from './answer-artifacts.js';
import { engineEvent } from './status-events.js';
import { UsageMeter } from './usage-meter.js';

/** What a turn tells besides its text: artifacts, usage, and what its engine does. */
export class SideEvents {
  readonly #target: EventTarget;
  readonly artifacts: AnswerArtifacts;
  /** Over all attempts of the turn, including those of ended processes as far as the log holds them. */
  readonly usage: UsageMeter;
  /** True while usage was added that was not told. */
  usageIsNew = false;
  #acted = false;

  /**
   * @param target with the turn whose artifacts these are
   * @param earlier the task with what earlier attempts of the turn recorded
   */
  constructor(target: EventTarget & { readonly turn: number }, earlier: Task | undefined) {
    this.#target = target;
    this.artifacts = new AnswerArtifacts(target, earlier);
    this.usage = new UsageMeter(earlier?.metadata?.[USAGE_KEY]);
  }

  /** True if the turn has told nothing but text: no artifact, and no tool call. */
  get isEmpty(): boolean {
    return !this.#acted && this.artifacts.isEmpty;
  }

  /** An event that is neither text nor a reset, as the log gets it; undefined: no event of its own. */
  add(event: StepEvent): TaskEvent | undefined {
    switch (event.type) {
      case 'usage':
        this.usageIsNew = true;
        this.usage.add(event);
        return undefined;
      case 'file':
      case 'data':
      case 'artifact':
        return this.artifacts.add(event);
      case 'status':
        return progressEvent(this.#target, event.text);
      case 'started':
        return undefined;
      default:
        this.#acted ||= event.type === 'tool-call';
        return engineEvent(this.#target, { ...event });
    }
  }

  /** For the status that reports the usage. */
  usageMetadata(): Record<string, JsonValue> {
    this.usageIsNew = false;
    const total = this.usage.total();
    return total === undefined ? {} : { [USAGE_KEY]: total };
  }
}
