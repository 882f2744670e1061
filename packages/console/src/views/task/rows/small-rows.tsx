import { memo } from 'react';
import { visibleName } from '../../../base/visible-name.js';
import { Parts } from '../../../parts/Parts.js';
import { duration } from '../../../text/format.js';
import { text } from '../../../text/text.js';
import type { ArtifactEntry, AttemptEntry, NoteEntry, OtherEntry, ResetEntry, RetryEntry } from '../timeline/items.js';
import { Fold } from './Fold.js';
import { oneLine } from './one-line.js';
import { Step } from './Step.js';
import { ValueView } from './ValueView.js';

export const AttemptRow = memo(function AttemptRow({ entry }: { readonly entry: AttemptEntry }) {
  return (
    <Step icon="retry" tone="asking" at={entry.at} seq={entry.seq} className="step-break">
      <strong>{text('task.attempt', { attempt: entry.attempt })}</strong>{' '}
      <span className="soft">{text('task.attemptHelp')}</span>
    </Step>
  );
});

export const RetryRow = memo(function RetryRow({ entry }: { readonly entry: RetryEntry }) {
  const { reason, delayMs } = entry;
  return (
    <Step icon="retry" tone="asking" at={entry.at} seq={entry.seq}>
      {text('task.retry', { reason })}{' '}
      {delayMs !== undefined && <span className="soft">{text('task.retryAfter', { time: duration(delayMs) })}</span>}
    </Step>
  );
});

export const ResetRow = memo(function ResetRow({ entry }: { readonly entry: ResetEntry }) {
  return (
    <Step icon="retry" at={entry.at} seq={entry.seq}>
      <span className="soft">{text('task.reset')}</span>
    </Step>
  );
});

export const NoteRow = memo(function NoteRow({ entry }: { readonly entry: NoteEntry }) {
  return (
    <Step icon={entry.kind === 'waiting' ? 'pause' : 'dot'} at={entry.at} seq={entry.seq}>
      <span className="soft">
        {entry.kind === 'waiting' ? text('task.waiting', { reason: entry.text }) : entry.text}
      </span>
    </Step>
  );
});

export const ArtifactRow = memo(function ArtifactRow({ entry }: { readonly entry: ArtifactEntry }) {
  const { artifact } = entry;
  const isAnswer = artifact.artifactId.startsWith('answer-');
  const [only, ...others] = artifact.parts;
  // A single file has its name on its button.
  const isFile = others.length === 0 && (only?.raw !== undefined || only?.url !== undefined);
  const name = artifact.name || artifact.artifactId;
  return (
    <Step icon={isAnswer ? 'flag' : 'file'} at={entry.at} seq={entry.seq}>
      {!isFile && (
        <h2 className="step-head">
          <bdi>{isAnswer ? text('task.answer') : visibleName(name)}</bdi>
        </h2>
      )}
      {artifact.description ? <p className="soft">{artifact.description}</p> : null}
      <Parts parts={artifact.parts} />
    </Step>
  );
});

export const OtherRow = memo(function OtherRow({ entry }: { readonly entry: OtherEntry }) {
  return (
    <Step icon="code" at={entry.at} seq={entry.seq}>
      <Fold
        name={entry.key}
        summary={
          <>
            <code className="tool-name">{entry.name}</code>
            <span className="fold-brief">{oneLine(entry.value)}</span>
          </>
        }
      >
        {() => <ValueView label={entry.name} value={entry.value} />}
      </Fold>
    </Step>
  );
});
