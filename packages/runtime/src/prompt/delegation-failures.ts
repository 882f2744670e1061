/** Instructions for a failed delegation; without them, models report the failure and stop. */
export const DELEGATION_FAILURES = `## When a Delegation Fails

1. Read the error: was the peer offline, too slow, or did it fail at the task?
2. If another peer can do it, delegate the task to that one.
3. If none can, do it yourself when you are able to.
4. Otherwise say plainly what could not be done and why. Never make up a peer's answer.`;
