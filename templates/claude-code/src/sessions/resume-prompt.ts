/** The message with which Claude Code itself makes the model resume a turn; never a person's text. */
export const RESUME_PROMPT = 'Continue from where you left off.';
