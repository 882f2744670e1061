import type {
  CanUseTool,
  HookCallback,
  PreToolUseHookInput,
  PreToolUseHookSpecificOutput,
} from '@anthropic-ai/claude-agent-sdk';
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
  /** The turn that the process works on. */
  scope: TurnScope | undefined;
  readonly #policy: PermissionPolicy;

  constructor(policy: PermissionPolicy) {
    this.#policy = policy;
  }

  /** Asked before each call; only here can a call be put off. */
  readonly beforeToolUse: HookCallback = async (input) => {
    if (input.hook_event_name !== 'PreToolUse') return {};
    return { hookSpecificOutput: toHookOutput(this.#decide(input)) };
  };

  /** Asked for calls that the hook did not settle: a call that was put off beside others, which Claude Code refuses. */
  readonly canUseTool: CanUseTool = async (name, input, { toolUseID, agentID }) => {
    const outcome = this.#decide({
      tool_name: name,
      tool_input: input,
      tool_use_id: toolUseID,
      ...(agentID === undefined ? {} : { agent_id: agentID }),
    });
    if (outcome.kind === 'allow') return { behavior: 'allow', updatedInput: { ...(outcome.updatedInput ?? input) } };
    if (outcome.kind === 'deny') return { behavior: 'deny', message: outcome.reason };
    if (this.scope?.deferredCallId === toolUseID) delete this.scope.deferredCallId;
    return { behavior: 'deny', message: ALONE };
  };

  #decide(asked: Pick<PreToolUseHookInput, 'tool_name' | 'tool_input' | 'tool_use_id' | 'agent_id'>): Outcome {
    const { scope } = this;
    if (scope === undefined || scope.signal.aborted) return { kind: 'deny', reason: NO_TURN };
    const call: ToolCall = { name: asked.tool_name, input: asked.tool_input as ToolCall['input'] };
    // An approval is good for one call only, even when the model makes the very same one again.
    if (scope.answered?.call.id === asked.tool_use_id) return scope.answered.decision;
    const verdict = call.name === QUESTION ? 'ask' : this.#policy.decide(call);
    if (verdict === 'allow') return { kind: 'allow' };
    if (verdict === 'deny')
      return { kind: 'deny', reason: `The rules of this workspace do not allow ${call.name} here.` };
    if (asked.agent_id !== undefined) return { kind: 'deny', reason: NOT_FROM_SUBAGENT };
    if (scope.deferredCallId !== undefined && scope.deferredCallId !== asked.tool_use_id) {
      return { kind: 'deny', reason: ONE_AT_A_TIME };
    }
    scope.deferredCallId = asked.tool_use_id;
    return { kind: 'defer' };
  }
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
