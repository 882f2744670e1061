import { Link } from '@tanstack/react-router';
import type { TaskDetail } from '../../api/types.js';
import { Icon } from '../../base/Icon.js';
import { StateBadge } from '../../base/StateBadge.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';
import { TaskActions } from './TaskActions.js';

export interface TaskHeadProps {
  readonly detail: TaskDetail;
  readonly isRaw: boolean;
}

export function TaskHead({ detail, isRaw }: TaskHeadProps) {
  const title = detail.title || detail.id;
  return (
    <ViewHeader
      title={title}
      before={
        <Link to="/tasks" className="task-back" aria-label={text('task.back')} title={text('task.back')}>
          <Icon name="back" />
        </Link>
      }
      actions={<TaskActions detail={detail} isRaw={isRaw} />}
    >
      <StateBadge state={detail.state} />
      {detail.attempt > 1 && <span className="tag">{text('task.attempt', { attempt: detail.attempt })}</span>}
    </ViewHeader>
  );
}
