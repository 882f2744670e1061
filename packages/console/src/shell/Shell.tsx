import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useConnection } from '../live/use-live.js';
import { text } from '../text/text.js';
import { AgentName } from './AgentName.js';
import { LostConnection } from './ConnectionState.js';
import { Navigation } from './Navigation.js';
import { SideFoot } from './SideFoot.js';
import { SignIn } from './SignIn.js';
import { useSignInNeeded } from './sign-in-state.js';

/** What surrounds every view. */
export function Shell() {
  const signInNeeded = useSignInNeeded();
  const connection = useConnection();
  const main = useRef<HTMLElement>(null);
  useFocusOfView(main);
  if (signInNeeded) return <SignIn />;
  return (
    <div className="shell" data-connection={connection}>
      {/* biome-ignore lint/a11y/useValidAnchor: it is a link of the page; only its address cannot be resolved. */}
      <a className="skip" href="#content" onClick={(event) => skip(event, main.current)}>
        {text('app.skip')}
      </a>
      <aside className="side">
        <AgentName />
        <Navigation />
        <SideFoot />
      </aside>
      <main className="content" id="content" ref={main} tabIndex={-1}>
        <LostConnection />
        <Outlet />
      </main>
    </div>
  );
}

/** A link to `#content` would be resolved against the page's <base>, so the focus is moved here. */
function skip(event: { preventDefault(): void }, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

/** After a change of the view the focus moves to it, so that screen readers and the keyboard begin there. */
function useFocusOfView(main: React.RefObject<HTMLElement | null>): void {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== undefined && path !== before.current) main.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path, main]);
}
