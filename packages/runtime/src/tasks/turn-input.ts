/**
 * The input of one turn, complete: stored in the task log before anything runs, and copied into a workflow's history if the
 * turn is durable. Only the type is imported, because the package is an optional peer.
 */
export type { TurnInput } from '@molecule/temporal';
