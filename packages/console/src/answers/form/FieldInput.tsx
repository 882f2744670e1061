import { text } from '../../text/text.js';
import type { Draft } from './draft.js';
import type { ChoiceField, Field } from './fields.js';

interface FieldInputProps {
  readonly field: Exclude<Field, { readonly kind: 'group' }>;
  readonly value: Draft[string] | undefined;
  readonly onChange: (value: Draft[string]) => void;
  readonly id: string;
  readonly helpId: string | undefined;
}

/** The input of a field. Its own checks (`required`, `min` and so on) stop a wrong answer before it is sent. */
export function FieldInput({ field, value, onChange, id, helpId }: FieldInputProps) {
  const common = { id, 'aria-describedby': helpId };
  const written = typeof value === 'string' ? value : '';
  switch (field.kind) {
    case 'boolean':
      return (
        <input
          {...common}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      );
    case 'choice':
      return (
        <select
          {...common}
          required={field.required}
          value={String((value as readonly number[] | undefined)?.[0] ?? '')}
          onChange={(event) => onChange(event.target.value === '' ? [] : [Number(event.target.value)])}
        >
          <option value="">{text('answer.choose')}</option>
          {field.options.map(({ label }, index) => (
            <option key={index} value={index}>
              {label}
            </option>
          ))}
        </select>
      );
    case 'choices':
      return <Ticks field={field} chosen={(value ?? []) as readonly number[]} onChange={onChange} />;
    case 'number':
      return (
        <input
          {...common}
          type="number"
          required={field.required}
          step={field.whole ? 1 : 'any'}
          min={field.minimum}
          max={field.maximum}
          value={written}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'lines':
      return (
        <textarea
          {...common}
          rows={3}
          required={field.required}
          placeholder={text('answer.onePerLine')}
          value={written}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'text': {
      const limits = { minLength: field.minLength, maxLength: field.maxLength, required: field.required };
      const change = (event: { readonly target: { readonly value: string } }) => onChange(event.target.value);
      return field.long ? (
        <textarea {...common} {...limits} rows={4} value={written} onChange={change} />
      ) : (
        <input {...common} {...limits} type={field.type} value={written} onChange={change} />
      );
    }
  }
}

interface TicksProps {
  readonly field: ChoiceField;
  readonly chosen: readonly number[];
  readonly onChange: (chosen: readonly number[]) => void;
}

function Ticks({ field, chosen, onChange }: TicksProps) {
  return field.options.map(({ label }, index) => (
    <label className="field-tick" key={index}>
      <input
        type="checkbox"
        checked={chosen.includes(index)}
        onChange={({ target }) =>
          onChange(target.checked ? [...chosen, index].sort((a, b) => a - b) : chosen.filter((one) => one !== index))
        }
      />
      <span>{label}</span>
    </label>
  ));
}
