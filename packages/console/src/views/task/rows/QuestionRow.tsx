import { memo } from 'react';
import { Markdown } from '../../../base/Markdown.js';
import { stateName } from '../../../base/StateBadge.js';
import { text } from '../../../text/text.js';
import type { QuestionEntry } from '../timeline/items.js';
import { textOf } from '../timeline/text-of.js';
import { Fold } from './Fold.js';
import { Step } from './Step.js';
import { ValueView } from './ValueView.js';

/** What the agent asked; the answer follows as the next turn. */
export const QuestionRow = memo(function QuestionRow({ entry }: { readonly entry: QuestionEntry }) {
  const data = entry.message?.parts.find((part) => part.data !== undefined)?.data;
  return (
    <Step icon="question" tone="asking" at={entry.at} seq={entry.seq}>
      <h2 className="step-head">{stateName(entry.state)}</h2>
      <Markdown source={textOf(entry.message?.parts)} />
      {data !== undefined && (
        <Fold name={entry.key} summary={<span className="fold-brief">{text('task.request')}</span>}>
          {() => <ValueView label={text('task.request')} value={data} />}
        </Fold>
      )}
    </Step>
  );
});
