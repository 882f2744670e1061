import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { countsQuery } from '../api/queries.js';
import { Icon, type IconName } from '../base/Icon.js';
import { short } from '../text/format.js';
import { type TextKey, text } from '../text/text.js';

const VIEWS = ['tasks', 'inbox', 'chat', 'agent', 'usage'] as const satisfies readonly IconName[];

export function Navigation() {
  const { data: counts } = useQuery(countsQuery());
  const waiting = (counts?.open.TASK_STATE_INPUT_REQUIRED ?? 0) + (counts?.open.TASK_STATE_AUTH_REQUIRED ?? 0);
  return (
    <nav className="navigation" aria-label={text('app.navigation')}>
      <ul>
        {VIEWS.map((view) => (
          <li key={view}>
            <Link to={`/${view}`} className="nav-link" activeProps={{ 'aria-current': 'page' }}>
              <Icon name={view} />
              <span className="nav-text">{text(`nav.${view}` satisfies TextKey)}</span>
              {view === 'inbox' && waiting > 0 && (
                <span className="nav-count">
                  <span aria-hidden="true">{short(waiting)}</span>
                  <span className="unseen">{text('nav.waiting', { count: waiting })}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
