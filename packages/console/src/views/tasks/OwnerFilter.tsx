import { type FormEvent, useState } from 'react';
import { text } from '../../text/text.js';

export interface OwnerFilterProps {
  /** `undefined`: the caller's own tasks; `*`: all. */
  readonly owner: string | undefined;
  readonly onChange: (owner: string | undefined) => void;
}

/** Whose tasks are shown; only for callers with the scope `admin`. */
export function OwnerFilter({ owner, onChange }: OwnerFilterProps) {
  const isNamed = owner !== undefined && owner !== '*';
  const [naming, setNaming] = useState(isNamed);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('owner') ?? '').trim();
    onChange(name === '' ? undefined : name);
    if (name === '') setNaming(false);
  };
  return (
    <>
      <label className="filter-select">
        <span className="unseen">{text('tasks.owner')}</span>
        <select
          value={naming || isNamed ? 'named' : (owner ?? '')}
          onChange={({ target: { value } }) => {
            setNaming(value === 'named');
            if (value !== 'named') onChange(value || undefined);
          }}
        >
          <option value="">{text('tasks.ownTasks')}</option>
          <option value="*">{text('tasks.allOwners')}</option>
          <option value="named">{text('tasks.oneOwner')}</option>
        </select>
      </label>
      {(naming || isNamed) && (
        <form onSubmit={submit} className="owner-form">
          <input
            key={owner}
            name="owner"
            type="text"
            defaultValue={isNamed ? owner : ''}
            placeholder={text('tasks.ownerName')}
            aria-label={text('tasks.ownerName')}
          />
        </form>
      )}
    </>
  );
}
