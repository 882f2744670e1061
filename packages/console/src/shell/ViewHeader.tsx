import { type ReactNode, useEffect } from 'react';

export interface ViewHeaderProps {
  readonly title: string;
  /** The title of the browser's tab, if it differs. */
  readonly tab?: string;
  /** In front of the title: the way back. */
  readonly before?: ReactNode;
  /** Beside the title: counts, a state. */
  readonly children?: ReactNode;
  /** At the right end: buttons. */
  readonly actions?: ReactNode;
}

/** The first line of a view: its only h1, which is also the tab's title. */
export function ViewHeader({ title, tab, before, children, actions }: ViewHeaderProps) {
  useEffect(() => {
    document.title = tab ?? title;
  }, [title, tab]);
  return (
    <header className="view-header">
      {before}
      <h1 title={title}>{title}</h1>
      {children}
      {actions !== undefined && <div className="view-actions">{actions}</div>}
    </header>
  );
}
