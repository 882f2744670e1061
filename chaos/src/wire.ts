/** What the harness's clients send, and read, of A2A 1.0. */

/** States in which a turn has ended. */
export const TURN_ENDS = /_(COMPLETED|FAILED|CANCELED|REJECTED|INPUT_REQUIRED|AUTH_REQUIRED)$/;

interface WirePart {
  readonly text?: string;
}

export interface WireTask {
  readonly id: string;
  readonly contextId: string;
  readonly status: { readonly state: string; readonly message?: { readonly parts: readonly WirePart[] } };
  readonly artifacts?: readonly { readonly artifactId: string; readonly parts: readonly WirePart[] }[];
  readonly metadata?: { readonly 'molecule.seq'?: number };
}

/** An event of a stream. */
export interface Wire {
  readonly task?: WireTask;
  readonly statusUpdate?: {
    readonly status: WireTask['status'];
    readonly metadata?: { readonly 'molecule.event'?: { readonly type?: string } };
  };
  readonly artifactUpdate?: {
    readonly artifact: { readonly artifactId: string; readonly parts: readonly WirePart[] };
    readonly append?: boolean;
    readonly metadata?: { readonly 'molecule.reset'?: boolean };
  };
}

/** What a message says, and where it belongs. */
export interface Outgoing {
  readonly text: string;
  readonly messageId: string;
  readonly contextId?: string;
  readonly taskId?: string;
}

export function textOf(parts: readonly WirePart[] = []): string {
  return parts.map(({ text = '' }) => text).join('');
}
