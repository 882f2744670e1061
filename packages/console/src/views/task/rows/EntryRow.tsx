import type { Message } from '../../../api/a2a.js';
import type { TimelineEntry } from '../timeline/items.js';
import { EndRow } from './EndRow.js';
import { QuestionRow } from './QuestionRow.js';
import { SaidRow } from './SaidRow.js';
import { ArtifactRow, AttemptRow, NoteRow, OtherRow, ResetRow, RetryRow } from './small-rows.js';
import { TextRow } from './TextRow.js';
import { ThoughtRow } from './ThoughtRow.js';
import { ToolRow } from './ToolRow.js';

/** What rows need of the task besides its events. */
export interface TaskFacts {
  readonly history: readonly Message[] | undefined;
  readonly title: string;
  readonly createdAt: string | undefined;
}

export interface EntryRowProps {
  readonly entry: TimelineEntry;
  readonly facts: TaskFacts;
}

export function EntryRow({ entry, facts }: EntryRowProps) {
  switch (entry.kind) {
    case 'said':
      return <SaidRow entry={entry} {...facts} />;
    case 'text':
      return <TextRow entry={entry} />;
    case 'thought':
      return <ThoughtRow entry={entry} />;
    case 'tool':
      return <ToolRow entry={entry} />;
    case 'attempt':
      return <AttemptRow entry={entry} />;
    case 'retry':
      return <RetryRow entry={entry} />;
    case 'reset':
      return <ResetRow entry={entry} />;
    case 'progress':
    case 'waiting':
      return <NoteRow entry={entry} />;
    case 'artifact':
      return <ArtifactRow entry={entry} />;
    case 'question':
      return <QuestionRow entry={entry} />;
    case 'end':
      return <EndRow entry={entry} />;
    case 'other':
      return <OtherRow entry={entry} />;
  }
}
