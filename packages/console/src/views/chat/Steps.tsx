import { useState } from 'react';
import { Icon } from '../../base/Icon.js';
import { visibleName } from '../../base/visible-name.js';
import type { Step, ToolStep } from '../../conversation/turn.js';
import { duration } from '../../text/format.js';
import { text } from '../../text/text.js';

/** Of a turn with more steps, the first ones are left to the view of the task. */
const MOST_STEPS = 300;

interface StepsProps {
  readonly steps: readonly Step[];
  readonly works: boolean;
}

/** What the agent did besides answering, folded to one line. Attempts are always shown. */
export function Steps({ steps, works }: StepsProps) {
  const [isOpen, setOpen] = useState(false);
  const folded = steps.filter(({ kind }) => kind !== 'attempt');
  const attempts = steps.filter((step) => step.kind === 'attempt');
  return (
    <>
      {folded.length > 0 && (
        <details className="chat-steps-fold" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{summaryOf(folded, works)}</summary>
          {isOpen && (
            <ol className="chat-steps-list">
              {folded.slice(-MOST_STEPS).map((step, index) => (
                <li key={index}>
                  <StepView step={step} />
                </li>
              ))}
            </ol>
          )}
        </details>
      )}
      {attempts.map(({ attempt }) => (
        <p className="reply-note" key={attempt}>
          <Icon name="retry" />
          <span>{text('chat.attempt', { attempt })}</span>
        </p>
      ))}
    </>
  );
}

/** The tools by name while they are few; what runs at present while the turn works. */
function summaryOf(steps: readonly Step[], works: boolean): string {
  const last = steps.at(-1);
  if (works && last?.kind === 'tool' && last.ok === undefined) {
    return text('chat.calling', { tool: visibleName(last.name) });
  }
  const tools = steps.filter((step) => step.kind === 'tool');
  const names = [...new Set(tools.map(({ name }) => visibleName(name)))];
  const words = [
    ...(steps.some(({ kind }) => kind === 'thought') ? [text('chat.thought')] : []),
    ...(names.length > 3 ? [text('chat.tools', { count: tools.length })] : names),
    ...(steps.some(({ kind }) => kind === 'retry') ? [text('chat.retried')] : []),
  ];
  return words.join(' · ');
}

function StepView({ step }: { readonly step: Step }) {
  switch (step.kind) {
    case 'thought':
      return <p className="chat-step-thought">{step.text}</p>;
    case 'tool':
      return <ToolStepView step={step} />;
    case 'retry':
      return (
        <p className="reply-note">
          <Icon name="retry" />
          <span>
            {text('chat.retry', { reason: step.reason, in: step.delayMs === undefined ? '' : duration(step.delayMs) })}
          </span>
        </p>
      );
    case 'attempt':
      return null;
  }
}

function ToolStepView({ step: { name, input, output, ok, progress, ms } }: { readonly step: ToolStep }) {
  return (
    <details className="chat-step-tool">
      <summary>
        <Icon name={ok === false ? 'alert' : 'tool'} />
        <bdi className="mono">{visibleName(name)}</bdi>
        {ok === false && <span className="chat-step-failed">{text('chat.toolFailed')}</span>}
        {ok === undefined && <span className="reply-meta">{progress ?? text('chat.toolRuns')}</span>}
        {ms !== undefined && <span className="reply-meta">{duration(ms)}</span>}
      </summary>
      {input !== undefined && <Value label={text('chat.toolInput')} value={input} />}
      {output !== undefined && <Value label={text('chat.toolOutput')} value={output} />}
    </details>
  );
}

function Value({ label, value }: { readonly label: string; readonly value: unknown }) {
  return (
    <figure className="chat-step-value">
      <figcaption>{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre className="said-data" tabIndex={0}>
        {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
      </pre>
    </figure>
  );
}
