import { callDigest } from '../sessions/call-digest.js';
import type { ToolCall } from './policy.js';
import type { Answer, Decision } from './turn-scope.js';

/** A call that asks to be let through. */
export interface AskedCall extends ToolCall {
  readonly id: string;
  /** Set for the calls of a subagent. */
  readonly agentId?: string | undefined;
}

/**
 * A person's decision for one run of one call: the one whose id, tool and input the person was shown. That run consumes it, so the same
 * call needs a new approval when it is made again, and so does another call with the same id.
 */
export class Approval {
  readonly #call: Answer['call'];
  readonly #decision: Decision;
  readonly #digest: string;
  #state: 'open' | 'taken' | 'used' = 'open';

  constructor({ call, decision }: Answer) {
    this.#call = call;
    this.#decision = decision;
    this.#digest = callDigest(call);
  }

  /** For the hook, which Claude Code asks first, once for each run of a call. */
  take(asked: AskedCall): Decision | undefined {
    const isFirst = this.#state === 'open';
    if (this.#state === 'taken' && asked.id === this.#call.id) this.#state = 'used';
    if (!isFirst || !this.#isAbout(asked)) return undefined;
    this.#state = 'taken';
    return this.#decision;
  }

  /** For `canUseTool`, which Claude Code asks for some calls that the hook has let through. */
  confirm(asked: AskedCall): Decision | undefined {
    if (this.#state !== 'taken' || !this.#isAbout(asked, this.#shownAndAnswered())) return undefined;
    this.#state = 'used';
    return this.#decision;
  }

  #isAbout(asked: AskedCall, digests: readonly string[] = [this.#digest]): boolean {
    return asked.agentId === undefined && asked.id === this.#call.id && digests.includes(callDigest(asked));
  }

  /** By then a question's input may have its answers in it. */
  #shownAndAnswered(): readonly string[] {
    const { name } = this.#call;
    const input = this.#decision.kind === 'allow' ? this.#decision.updatedInput : undefined;
    return input === undefined ? [this.#digest] : [this.#digest, callDigest({ name, input })];
  }
}
