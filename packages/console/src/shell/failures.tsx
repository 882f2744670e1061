import { Link } from '@tanstack/react-router';
import { EmptyState, ErrorNote } from '../base/notes.js';
import { text } from '../text/text.js';

export function NotFound() {
  return (
    <EmptyState title={text('error.notFound')}>
      <p>{text('error.notFoundHelp')}</p>
      <Link to="/tasks">{text('nav.tasks')}</Link>
    </EmptyState>
  );
}

/** In the place of a view that failed, while the navigation still works. */
export function ViewFailure({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <div className="view-failure">
      <ErrorNote error={error} onRetry={reset} />
    </div>
  );
}
