import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/api-error.js';
import { keepCurrent } from './live/keep-current.js';
import { live } from './live/live-stream.js';
import { preloadViews, router } from './router.js';
import { watchSignIn } from './shell/sign-in-state.js';
import { applyTheme } from './shell/theme.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import './styles/shell.css';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The live stream tells what has changed, so that nothing is asked again on a suspicion.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/** The first view has all that it needs by then. */
const PRELOAD_MS = 2000;

applyTheme();
watchSignIn();
keepCurrent(client);
live.start();

const element = document.getElementById('root');
if (element === null) throw new Error('index.html must have an element with the id "root".');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

setTimeout(preloadViews, PRELOAD_MS);
