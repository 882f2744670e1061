import { useId } from 'react';
import type { Draft } from './draft.js';
import { FieldInput } from './FieldInput.js';
import type { Field } from './fields.js';

export interface FieldListProps {
  readonly fields: readonly Field[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

export function FieldList({ fields, draft, onChange }: FieldListProps) {
  return fields.map((field) => (
    <FieldRow
      key={field.name}
      field={field}
      value={draft[field.name]}
      onChange={(value) => onChange({ ...draft, [field.name]: value })}
    />
  ));
}

interface FieldRowProps {
  readonly field: Field;
  readonly value: Draft[string] | undefined;
  readonly onChange: (value: Draft[string]) => void;
}

function FieldRow({ field, value, onChange }: FieldRowProps) {
  const id = useId();
  const helpId = useId();
  const help = field.help !== undefined && (
    <p className="field-help" id={helpId}>
      {field.help}
    </p>
  );
  if (field.kind === 'group') {
    return (
      <fieldset className="field-group">
        <legend>{field.label}</legend>
        {help}
        <FieldList fields={field.fields} draft={(value ?? {}) as Draft} onChange={onChange} />
      </fieldset>
    );
  }
  const input = (
    <FieldInput field={field} value={value} onChange={onChange} id={id} helpId={help === false ? undefined : helpId} />
  );
  if (field.kind === 'choices') {
    return (
      <fieldset className="field-group">
        <legend>
          {field.label}
          {field.required && <Needed />}
        </legend>
        {help}
        {input}
      </fieldset>
    );
  }
  if (field.kind === 'boolean') {
    return (
      <div className="field">
        <span className="field-tick">
          {input}
          <label htmlFor={id}>{field.label}</label>
        </span>
        {help}
      </div>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>
        {field.label}
        {field.required && <Needed />}
      </label>
      {input}
      {help}
    </div>
  );
}

/** The input itself is `required`, which screen readers say. */
function Needed() {
  return (
    <span className="field-needed" aria-hidden="true">
      {' *'}
    </span>
  );
}
