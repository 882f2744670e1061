import type { JsonObject, StreamResponse } from '../../../api/a2a.js';
import { oneLine } from '../rows/one-line.js';
import { textOf } from '../timeline/text-of.js';

/** An event of the protocol in a few words. */
export function summaryOf({ statusUpdate, artifactUpdate }: StreamResponse): { kind: string; brief: string } {
  if (statusUpdate) {
    const { status, metadata = {} } = statusUpdate;
    const event = metadata['molecule.event'] as JsonObject | undefined;
    if (event !== undefined) {
      const { type, ...rest } = event;
      return { kind: String(type), brief: oneLine(rest) };
    }
    const state = status.state.replace('TASK_STATE_', '').toLowerCase();
    const own = Object.entries(metadata).filter(([name]) => name !== 'molecule.seq');
    return { kind: state, brief: textOf(status.message?.parts) || oneLine(Object.fromEntries(own)) };
  }
  if (artifactUpdate) {
    const { artifact } = artifactUpdate;
    return { kind: artifact.artifactId, brief: JSON.stringify(textOf(artifact.parts).slice(0, 120)) };
  }
  return { kind: 'event', brief: '' };
}
