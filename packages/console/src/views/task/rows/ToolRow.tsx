import { memo } from 'react';
import { Duration } from '../../../base/Time.js';
import { visibleName } from '../../../base/visible-name.js';
import { text } from '../../../text/text.js';
import type { ToolEntry } from '../timeline/items.js';
import { Fold } from './Fold.js';
import { oneLine } from './one-line.js';
import { Step } from './Step.js';
import { ValueView } from './ValueView.js';

const TONES = { running: 'working', done: undefined, failed: 'failed', lost: 'failed' } as const;

/** A call of a tool: its name and input in one line, input and output below. */
export const ToolRow = memo(function ToolRow({ entry }: { readonly entry: ToolEntry }) {
  const { at, seq, key, name, input, output, state, progress, isCut } = entry;
  return (
    <Step icon="tool" tone={TONES[state]} at={at} seq={seq}>
      <Fold
        name={key}
        summary={
          <>
            <code className="tool-name">
              <bdi>{visibleName(name)}</bdi>
            </code>
            <span className="fold-brief">{state === 'running' && progress ? progress : oneLine(input)}</span>
            <span className={`tool-state tool-${state}`}>
              {state === 'done' ? '' : text(`task.tool.${state}`)} <ToolTime entry={entry} />
            </span>
          </>
        }
      >
        {() => (
          <>
            <ValueView label={text('task.input')} value={input} />
            {progress !== undefined && <p className="tool-progress">{progress}</p>}
            {output !== undefined && <ValueView label={text('task.output')} value={output} />}
            {isCut === true && <p className="soft">{text('task.cut')}</p>}
          </>
        )}
      </Fold>
    </Step>
  );
});

function ToolTime({ entry: { at, endedAt, state } }: { readonly entry: ToolEntry }) {
  if (at === undefined) return null;
  if (state === 'running') return <Duration since={at} />;
  return endedAt === undefined ? null : <Duration ms={Date.parse(endedAt) - Date.parse(at)} />;
}
