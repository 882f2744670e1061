import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Launch } from '../process/process-launcher.js';
import { userPrompt } from '../prompt/user-prompt.js';
import { RESUME_PROMPT } from '../sessions/resume-prompt.js';
import type { TurnPlan } from './turn-plan.js';

/** The plans for which a process is needed. */
export type WorkPlan = Extract<TurnPlan, { readonly do: 'prompt' | 'decide' | 'resume' }>;

/** The message that begins a turn. */
export interface Opening {
  readonly opening?: SDKUserMessage;
  readonly whenSilent?: SDKUserMessage;
}

/** How the process for the plan has to be started. */
export function startOf(plan: WorkPlan): Launch['start'] {
  if (plan.do === 'resume' && !plan.endsWithError) return 'interrupted';
  return plan.do === 'decide' ? 'deferred' : 'message';
}

export function openingOf(plan: WorkPlan, isNew: boolean): Opening {
  if (plan.do === 'decide') return {};
  if (plan.do === 'prompt') {
    const { turn, note } = plan;
    const content = userPrompt({ turn, isNew, ...(note === undefined ? {} : { note }) });
    return { opening: say(content, plan.record.promptId) };
  }
  // After a failed model call Claude Code finds no interrupted turn, so the model is asked to continue.
  if (plan.endsWithError) return { opening: say(RESUME_PROMPT) };
  return { whenSilent: say(RESUME_PROMPT) };
}

function say(content: SDKUserMessage['message']['content'], id?: string): SDKUserMessage {
  return {
    type: 'user',
    parent_tool_use_id: null,
    message: { role: 'user', content },
    ...(id === undefined ? {} : { uuid: id as NonNullable<SDKUserMessage['uuid']> }),
  };
}
