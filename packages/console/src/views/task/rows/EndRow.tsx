import { memo } from 'react';
import { Markdown } from '../../../base/Markdown.js';
import { StateBadge, stateKind } from '../../../base/StateBadge.js';
import { Duration } from '../../../base/Time.js';
import { integer, money } from '../../../text/format.js';
import { text } from '../../../text/text.js';
import type { EndEntry } from '../timeline/items.js';
import { textOf } from '../timeline/text-of.js';
import { Step } from './Step.js';

/** How the task ended, and what its last turn has used. */
export const EndRow = memo(function EndRow({ entry }: { readonly entry: EndEntry }) {
  const { state, failure, usage, finishReason, durationMs } = entry;
  const kind = stateKind(state);
  const tone = kind === 'failed' ? 'failed' : kind === 'done' ? 'done' : undefined;
  const said = failure === undefined ? textOf(entry.message?.parts) : '';
  return (
    <Step
      icon={kind === 'failed' ? 'alert' : kind === 'stopped' ? 'stop' : 'check'}
      tone={tone}
      at={entry.at}
      seq={entry.seq}
    >
      <div className="end-line">
        <StateBadge state={state} />
        {durationMs !== undefined && (
          <span className="soft">
            {text('task.after')} <Duration ms={durationMs} />
          </span>
        )}
        {usage !== undefined && (
          <span className="soft">
            {text('tasks.tokensHelp', { in: integer(usage.inputTokens ?? 0), out: integer(usage.outputTokens ?? 0) })}
            {usage.costUsd !== undefined && ` · ${money(usage.costUsd)}`}
          </span>
        )}
        {finishReason !== undefined && finishReason !== 'stop' && <span className="tag">{finishReason}</span>}
      </div>
      {failure !== undefined && (
        <div className="end-failure">
          <code>{failure.code}</code>
          <p>{failure.message}</p>
        </div>
      )}
      {said !== '' && <Markdown source={said} />}
    </Step>
  );
});
