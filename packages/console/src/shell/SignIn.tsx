import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { apiUrl } from '../api/addresses.js';
import { ApiError, errorOf } from '../api/api-error.js';
import { Button } from '../base/Button.js';
import { ErrorNote } from '../base/notes.js';
import { text } from '../text/text.js';
import { signIn } from './sign-in-state.js';

/** Takes the place of the page while the server asks for a token. */
export function SignIn() {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const client = useQueryClient();
  const fieldId = useId();
  const helpId = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await checkToken(token.trim());
      client.clear();
      signIn(token.trim());
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <main className="sign-in" id="content">
      <form className="sign-in-box" onSubmit={(event) => void submit(event)}>
        <h1>{text('signIn.title')}</h1>
        <p id={helpId}>{text('signIn.help')}</p>
        <label htmlFor={fieldId}>{text('signIn.token')}</label>
        {/* biome-ignore-start lint/a11y/noAutofocus: the field is all that the page shows. */}
        <input
          id={fieldId}
          type="password"
          autoComplete="off"
          autoFocus
          required
          value={token}
          aria-describedby={helpId}
          onChange={(event) => setToken(event.target.value)}
        />
        {/* biome-ignore-end lint/a11y/noAutofocus: the field is all that the page shows. */}
        {error !== undefined && <ErrorNote error={error} />}
        <Button kind="primary" submit busy={busy}>
          {text('signIn.submit')}
        </Button>
      </form>
    </main>
  );
}

/** Asks with the new token before it replaces the old one. */
async function checkToken(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const response = await fetch(apiUrl('session'), { headers }).catch((cause: unknown) => {
    throw new ApiError(0, String(cause));
  });
  if (response.status === 401) throw new Error(text('signIn.refused'));
  if (!response.ok) throw await errorOf(response);
}
