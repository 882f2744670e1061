import { memo } from 'react';
import { Duration } from '../../../base/Time.js';
import { text } from '../../../text/text.js';
import type { ThoughtEntry } from '../timeline/items.js';
import { Fold } from './Fold.js';
import { oneLine } from './one-line.js';
import { Step } from './Step.js';

/** What the model thought; closed, because it is rarely what a reader looks for. */
export const ThoughtRow = memo(function ThoughtRow({ entry }: { readonly entry: ThoughtEntry }) {
  const { at, endedAt, seq, key, source } = entry;
  const ms = at === undefined || endedAt === undefined ? 0 : Date.parse(endedAt) - Date.parse(at);
  return (
    <Step icon="thought" at={at} seq={seq} className="step-thought">
      <Fold
        name={key}
        summary={
          <>
            <span className="thought-name">{text('task.thought')}</span>
            <span className="fold-brief">{oneLine(source)}</span>
            {ms >= 1000 && (
              <span className="tool-state">
                <Duration ms={ms} />
              </span>
            )}
          </>
        }
      >
        {() => <p className="thought-text">{source}</p>}
      </Fold>
    </Step>
  );
});
