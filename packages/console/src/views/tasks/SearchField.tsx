import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { Icon } from '../../base/Icon.js';
import { text } from '../../text/text.js';

const TYPING_MS = 250;

export interface SearchFieldProps {
  readonly value: string | undefined;
  readonly field: RefObject<HTMLInputElement | null>;
  /** Called when the typing pauses. */
  readonly onChange: (value: string | undefined) => void;
}

export function SearchField({ value = '', field, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    // The address has changed by other means, for example by the browser's Back.
    setShown(value);
    if (typed.trim() !== value) setTyped(value);
  }
  const changed = useEffectEvent((next: string) => {
    if (next !== value) onChange(next === '' ? undefined : next);
  });
  useEffect(() => {
    const timer = setTimeout(() => changed(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className="search-field">
      <Icon name="search" />
      <span className="unseen">{text('tasks.search')}</span>
      <input
        ref={field}
        type="search"
        value={typed}
        placeholder={text('tasks.search')}
        aria-keyshortcuts="/"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <span className="key" aria-hidden="true">
        /
      </span>
    </label>
  );
}
