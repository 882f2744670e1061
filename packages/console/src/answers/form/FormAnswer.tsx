import { type FormEvent, useMemo, useState } from 'react';
import type { JsonObject } from '../../api/a2a.js';
import { Button } from '../../base/Button.js';
import { text } from '../../text/text.js';
import type { WayProps } from '../way-props.js';
import { type Draft, dataOf, firstDraft } from './draft.js';
import { FieldList } from './FieldList.js';
import { type Field, fieldsOf, isObject } from './fields.js';
import { JsonInput } from './JsonInput.js';

/** A form made from a JSON Schema. The data can always be written as JSON instead; the server checks it in both cases. */
export function FormAnswer({ request, answering, schema }: WayProps & { readonly schema: JsonObject }) {
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [draft, setDraft] = useState<Draft>(() => firstDraft(fields ?? []));
  const [json, setJson] = useState<string | undefined>(fields === undefined ? '{}' : undefined);
  const [problem, setProblem] = useState<string>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    try {
      const data: unknown = json === undefined ? dataOf(fields ?? [], draft) : JSON.parse(json);
      setProblem(undefined);
      answering.send({ requestId: request.requestId, data }, json === undefined ? saidIn(fields ?? [], draft) : json);
    } catch (error) {
      setProblem(text('answer.notJson', { reason: error instanceof Error ? error.message : String(error) }));
    }
  };
  const toggle = () => {
    setProblem(undefined);
    if (json === undefined) return setJson(JSON.stringify(dataOf(fields ?? [], draft), null, 2));
    const known = parsed(json);
    if (isObject(known)) setDraft(firstDraft(fields ?? [], known));
    setJson(undefined);
  };

  return (
    <form className="answer form" onSubmit={submit}>
      {json === undefined ? (
        <FieldList fields={fields ?? []} draft={draft} onChange={setDraft} />
      ) : (
        <JsonInput value={json} schema={schema} problem={problem} onChange={setJson} />
      )}
      <div className="answer-buttons">
        <Button kind="primary" submit busy={answering.busy}>
          {text('answer.sendForm')}
        </Button>
        {fields !== undefined && (
          <Button kind="quiet" onClick={toggle}>
            {text(json === undefined ? 'answer.asJson' : 'answer.asForm')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What the conversation shows of a filled form: a line for each field. */
function saidIn(fields: readonly Field[], draft: Draft): string {
  const data = dataOf(fields, draft);
  return fields
    .filter(({ name }) => data[name] !== undefined)
    .map(({ name, label }) => {
      const value = data[name];
      return `${label}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join('\n');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
