import type { WorkspacePrompt } from '../../prompt/workspace-prompt.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import type { WorkspaceDefinition } from '../open-workspace.js';
import { canDelegate, composePrompt, type PromptParts } from './compose-prompt.js';

/** How often the prompt is composed again, in case the team has changed. */
const TEAM_MS = 60_000;

export interface OpenPromptParts extends PromptParts {
  readonly platform: (NonNullable<PromptParts['platform']> & { readonly connected: boolean }) | undefined;
}

/** The system prompt, read, and kept current until the shutdown. */
export async function openPrompt(
  workspace: WorkspaceDefinition,
  parts: OpenPromptParts,
  steps: ShutdownSteps,
): Promise<WorkspacePrompt> {
  const { platform } = parts;
  const prompt = composePrompt(workspace, parts);
  await prompt.read();
  const watching = prompt.watch();
  steps.add('prompt watch', () => watching.close());
  if (canDelegate(workspace, platform !== undefined)) {
    const timer = setInterval(() => {
      if (platform?.connected !== false) readAgain(prompt, workspace);
    }, TEAM_MS);
    timer.unref();
    steps.add('team watch', () => clearInterval(timer));
  }
  return prompt;
}

/** Composes the prompt again. On failure the prompt stays as it is, and the error is logged. */
export function readAgain(prompt: WorkspacePrompt, { logger }: Pick<WorkspaceDefinition, 'logger'>): void {
  prompt.read().catch((error: unknown) => logger.error('the prompt could not be read again', { error }));
}
