import { memo } from 'react';
import type { Message } from '../../../api/a2a.js';
import { Parts } from '../../../parts/Parts.js';
import { text } from '../../../text/text.js';
import { messagesAfter } from '../messages-after.js';
import type { SaidEntry } from '../timeline/items.js';
import { Step } from './Step.js';

export interface SaidRowProps {
  readonly entry: SaidEntry;
  /** Undefined: the task was not read yet. */
  readonly history: readonly Message[] | undefined;
  /** Stands for a first message that is not stored. */
  readonly title: string;
  readonly createdAt: string | undefined;
}

/** What a person wrote, which begins a turn. */
export const SaidRow = memo(function SaidRow({ entry, history, title, createdAt }: SaidRowProps) {
  const { turn, seq, after } = entry;
  const messages = messagesAfter(history ?? [], after);
  return (
    <Step icon="person" at={entry.at ?? (turn === 1 ? createdAt : undefined)} seq={seq} className="step-said">
      <h2 className="said-head">{turn === 1 ? text('task.asked') : text('task.answered', { turn })}</h2>
      {messages.map(({ messageId, parts }) => (
        <Parts key={messageId} parts={parts} />
      ))}
      {messages.length === 0 && history !== undefined && (
        <p className="soft">{turn === 1 && title !== '' ? title : text('task.notStored')}</p>
      )}
    </Step>
  );
});
