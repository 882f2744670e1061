import type {
  CanUseTool,
  HookCallback,
  PreToolUseHookInput,
  PreToolUseHookSpecificOutput,
} from '@anthropic-ai/claude-agent-sdk';
import { callDigest } from '../sessions/call-digest.js';
import { Approval, type AskedCall } from './approval.js';
import type { PermissionPolicy, ToolCall } from './policy.js';
import type { Decision, TurnScope } from './turn-scope.js';

type Outcome = Decision | { readonly kind: 'defer' };

/** A question to a person has no verdict of its own: it is always put to one. */
const QUESTION = 'AskUserQuestion';

const ONE_AT_A_TIME =
  'Another call is waiting for a person to approve it. Make this call again, alone, once that one is decided.';
const ALONE = 'A person has to approve this call, and can be asked about one call only. Make the call alone.';
const NOT_FROM_SUBAGENT = 'A person has to approve this call, and a subagent cannot ask. Leave it to the main agent.';
const NO_TURN = 'No turn is going on.';

/** Stands between the model and its tools: every call passes here before it runs. */
export class ToolGate {
  readonly #policy: PermissionPolicy;
  #scope: TurnScope | undefined;
  #approval: Approval | undefined;
  /** The call that waits for a person's decision; see {@link callKey}. */
  #deferred: string | undefined;

  constructor(policy: PermissionPolicy) {
    this.#policy = policy;
  }

  /** Opens the gate for a turn; without one no call passes. */
  open(scope: TurnScope): void {
    this.#scope = scope;
    this.#approval = scope.answered === undefined ? undefined : new Approval(scope.answered);
    this.#deferred = undefined;
  }

  close(): void {
    this.#scope = undefined;
    this.#approval = undefined;
  }

  /** Asked before each call; only here can a call be put off. */
  readonly beforeToolUse: HookCallback = async (input) => {
    if (input.hook_event_name !== 'PreToolUse') return {};
    const call = toCall(input);
    const answered = this.#scope?.answered?.call.id === call.id;
    // The rules were already applied to a call before a person was asked about it.
    const reason = answered ? undefined : await this.#scope?.problemOf?.(call.id);
    if (reason !== undefined) return { hookSpecificOutput: toHookOutput({ kind: 'deny', reason }) };
    return { hookSpecificOutput: toHookOutput(this.#decide(call, this.#approval?.take(call))) };
  };

  /** Asked for calls that the hook did not settle: a call that was put off beside others, which Claude Code refuses. */
  readonly canUseTool: CanUseTool = async (name, input, { toolUseID, agentID }) => {
    const call = { id: toolUseID, name, input, agentId: agentID };
    const outcome = this.#decide(call, this.#approval?.confirm(call));
    if (outcome.kind === 'allow') return { behavior: 'allow', updatedInput: { ...(outcome.updatedInput ?? input) } };
    if (outcome.kind === 'deny') return { behavior: 'deny', message: outcome.reason };
    if (this.#deferred === callKey(call)) this.#deferred = undefined;
    return { behavior: 'deny', message: ALONE };
  };

  #decide(call: AskedCall, answer: Decision | undefined): Outcome {
    if (this.#scope === undefined || this.#scope.signal.aborted) return { kind: 'deny', reason: NO_TURN };
    const verdict = call.name === QUESTION ? 'ask' : this.#policy.decide(call);
    // The rules may have changed while the call waited.
    if (verdict === 'deny') {
      return { kind: 'deny', reason: `The rules of this workspace do not allow ${call.name} here.` };
    }
    if (answer !== undefined) return answer;
    if (verdict === 'allow') return { kind: 'allow' };
    if (call.agentId !== undefined) return { kind: 'deny', reason: NOT_FROM_SUBAGENT };
    if (this.#deferred !== undefined && this.#deferred !== callKey(call))
      return { kind: 'deny', reason: ONE_AT_A_TIME };
    this.#deferred = callKey(call);
    return { kind: 'defer' };
  }
}

function toCall(asked: PreToolUseHookInput): AskedCall {
  const input = asked.tool_input as ToolCall['input'];
  return { id: asked.tool_use_id, name: asked.tool_name, input, agentId: asked.agent_id };
}

/** Distinguishes calls with the same id, since ids come from the model's provider. */
function callKey(call: AskedCall): string {
  return `${call.id} ${callDigest(call)}`;
}

function toHookOutput(outcome: Outcome): PreToolUseHookSpecificOutput {
  const hookEventName = 'PreToolUse';
  if (outcome.kind === 'defer') return { hookEventName, permissionDecision: 'defer' };
  if (outcome.kind === 'deny') {
    return { hookEventName, permissionDecision: 'deny', permissionDecisionReason: outcome.reason };
  }
  const { updatedInput } = outcome;
  return {
    hookEventName,
    permissionDecision: 'allow',
    ...(updatedInput === undefined ? {} : { updatedInput: { ...updatedInput } }),
  };
}
