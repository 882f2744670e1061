import { useId } from 'react';
import type { JsonObject } from '../../api/a2a.js';
import { text } from '../../text/text.js';

interface JsonInputProps {
  readonly value: string;
  readonly schema: JsonObject;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

/** The data of a form as JSON, with the schema beside it. */
export function JsonInput({ value, schema, problem, onChange }: JsonInputProps) {
  const id = useId();
  const problemId = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{text('answer.json')}</label>
      <textarea
        id={id}
        className="field-json"
        rows={Math.min(16, Math.max(5, value.split('\n').length + 1))}
        spellCheck={false}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : problemId}
        onChange={(event) => onChange(event.target.value)}
      />
      {problem !== undefined && (
        <p className="field-problem" id={problemId} role="alert">
          {problem}
        </p>
      )}
      <details className="answer-other">
        <summary>{text('answer.schema')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <pre className="tool-call-input" tabIndex={0}>
          {JSON.stringify(schema, null, 2)}
        </pre>
      </details>
    </div>
  );
}
