import { useQuery, useQueryClient } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.js';
import { Button } from '../base/Button.js';
import { Icon } from '../base/Icon.js';
import { text } from '../text/text.js';
import { ConnectionState } from './ConnectionState.js';
import { signedIn, signOut } from './sign-in-state.js';
import { setTheme, THEMES, type Theme, useTheme } from './theme.js';

const ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;

export function SideFoot() {
  const { data } = useQuery(sessionQuery);
  const client = useQueryClient();
  return (
    <div className="side-foot">
      <ConnectionState />
      <div className="side-tools">
        <ThemeChoice />
        {data?.authenticated === true && (
          <span className="side-owner" title={data.scopes.join(', ')}>
            <Icon name="person" />
            <span>{data.owner}</span>
          </span>
        )}
        {signedIn() && (
          <Button
            kind="quiet"
            title={text('app.signOut')}
            aria-label={text('app.signOut')}
            icon={<Icon name="signOut" />}
            onClick={() => {
              signOut();
              client.clear();
            }}
          />
        )}
      </div>
    </div>
  );
}

/** One button that goes through system, light and dark. */
function ThemeChoice() {
  const theme = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
  const label = `${text('theme.label')}: ${text(`theme.${theme}`)}`;
  return (
    <Button
      kind="quiet"
      title={label}
      aria-label={label}
      icon={<Icon name={ICONS[theme]} />}
      onClick={() => setTheme(next)}
    />
  );
}
