import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../../base/Icon.js';
import { ClockTime } from '../../../base/Time.js';
import { text } from '../../../text/text.js';

export interface StepProps {
  readonly icon: IconName;
  /** Colours the icon by what it means: `failed`, `asking`, `working` or `done`. */
  readonly tone?: 'failed' | 'asking' | 'working' | 'done' | undefined;
  readonly at?: string | undefined;
  readonly seq: number;
  readonly className?: string;
  readonly children: ReactNode;
}

/** The frame of an entry: its time, its sign on the line, what it says, and the number of its event. */
export function Step({ icon, tone, at, seq, className = '', children }: StepProps) {
  return (
    <div className={`step ${className}`}>
      <div className="step-time">{at !== undefined && <ClockTime at={at} />}</div>
      <div className={tone === undefined ? 'step-sign' : `step-sign step-${tone}`}>
        <Icon name={icon} />
      </div>
      <div className="step-content">{children}</div>
      {seq > 0 && (
        <Link
          from="/tasks/$taskId"
          to="."
          search={{ raw: true, event: seq }}
          replace
          className="step-number"
          aria-label={text('task.showEvent', { seq })}
          title={text('task.showEvent', { seq })}
        >
          #{seq}
        </Link>
      )}
    </div>
  );
}
