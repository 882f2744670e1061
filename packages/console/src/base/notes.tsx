import type { ReactNode } from 'react';
import { ApiError } from '../api/api-error.js';
import { text } from '../text/text.js';
import { Button } from './Button.js';
import { Icon } from './Icon.js';

/** An error in the place of what could not be shown or done, with its code and a way to try again. */
export function ErrorNote({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const offline = error instanceof ApiError && error.status === 0;
  const message = offline ? text('error.network') : error instanceof Error ? error.message : String(error);
  return (
    <div className="note note-error" role="alert">
      <Icon name="alert" />
      <div className="note-body">
        <p>{message}</p>
        {error instanceof ApiError && error.code !== undefined && <code>{error.code}</code>}
      </div>
      {onRetry !== undefined && <Button onClick={onRetry}>{text('error.retry')}</Button>}
    </div>
  );
}

/** Says that there is nothing, and what would bring something. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children !== undefined && <div className="empty-help">{children}</div>}
    </div>
  );
}

/** A quiet sign that something is read, announced to screen readers. */
export function Loading() {
  return (
    <p className="loading" role="status">
      {text('app.loading')}
    </p>
  );
}
