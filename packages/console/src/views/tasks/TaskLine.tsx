import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { TaskRow } from '../../api/types.js';
import { StateBadge } from '../../base/StateBadge.js';
import { Duration, Time } from '../../base/Time.js';
import { integer, money, short } from '../../text/format.js';
import { text } from '../../text/text.js';

export interface TaskLineProps {
  readonly row: TaskRow;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly showOwner: boolean;
  readonly onFocus: (id: string) => void;
}

/** A row of the list; drawn again only if it has changed or moved. */
export const TaskLine = memo(function TaskLine({ row, index, top, isActive, showOwner, onFocus }: TaskLineProps) {
  const { id, contextId, usage } = row;
  return (
    <tr className="task-line" aria-rowindex={index + 2} data-task={id} style={{ transform: `translateY(${top}px)` }}>
      <td className="cell-state">
        <StateBadge state={row.state} />
      </td>
      <td className="cell-task">
        <Link
          to="/tasks/$taskId"
          params={{ taskId: id }}
          className="task-link"
          tabIndex={isActive ? 0 : -1}
          onFocus={() => onFocus(id)}
        >
          {row.title || id}
        </Link>
        <Remark row={row} />
      </td>
      <td className="cell-context">
        <Link
          to="/tasks"
          search={(search) => ({ ...search, context: contextId })}
          className="context-link"
          tabIndex={-1}
          title={text('tasks.onlyContext', { id: contextId })}
        >
          {shortId(contextId)}
        </Link>
      </td>
      {showOwner && (
        <td className="cell-owner" title={row.owner}>
          {row.owner}
        </td>
      )}
      <td className="cell-number">
        <Time at={row.createdAt} />
      </td>
      <td className="cell-number cell-duration">
        {row.durationMs === undefined ? <Duration since={row.createdAt} /> : <Duration ms={row.durationMs} />}
      </td>
      <td className="cell-number cell-tokens">
        {usage && (
          <span title={text('tasks.tokensHelp', { in: integer(usage.inputTokens), out: integer(usage.outputTokens) })}>
            {short(usage.inputTokens + usage.outputTokens)}
          </span>
        )}
      </td>
      <td className="cell-number cell-cost">{usage?.costUsd !== undefined && money(usage.costUsd)}</td>
    </tr>
  );
});

/** Why it failed, or what it asks. */
function Remark({ row }: { readonly row: TaskRow }) {
  const { failure, asks } = row;
  if (asks !== undefined) return <span className="task-remark task-asks">{asks}</span>;
  if (failure === undefined) return null;
  return (
    <span className="task-remark" title={failure.message}>
      <code>{failure.code}</code> {failure.message}
    </span>
  );
}

function shortId(id: string): string {
  return id.length <= 12 ? id : id.slice(0, 8);
}
