/** What Claude Code itself says to the model when it goes on with a turn; never a person's words. */
export const RESUME_PROMPT = 'Continue from where you left off.';
