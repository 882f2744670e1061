import type { JsonObject, JsonValue } from '@molecule/adapters';

/** Data that a client gives for a form. */
export interface FilledForm {
  /** The JSON Schema of the form, as the engine wrote it. */
  readonly schema: JsonObject;
  readonly data: JsonValue;
}

export interface FormThreadData {
  readonly forms: readonly FilledForm[];
  /** Files of ajv: for the dialect 2020-12, which counts if a schema names none, and for draft-07. */
  readonly compilers: { readonly current: string; readonly draft07: string };
}

/** What does not fit at one place. */
export interface FormProblem {
  /** A JSON pointer into the data; empty for all of it. */
  readonly where: string;
  readonly wanted: string;
  /** The beginning of what is there, as JSON. Absent: the place is an object that lacks a field, or has one too many. */
  readonly found?: string;
}

/** The result for one form. */
export interface FormReport {
  /** None: the data fits. */
  readonly problems: readonly FormProblem[];
  /** Why the schema cannot be used, so that nothing was checked. */
  readonly unusable?: string;
  /** Why the check of the data broke off. */
  readonly failed?: string;
}

type Threads = typeof import('node:worker_threads');

interface Finding {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}
interface Validate {
  (data: unknown): unknown;
  readonly errors?: readonly Finding[] | null;
}
type Compiler = new (options: object) => { compile(schema: unknown): Validate };

/**
 * The code of the thread that checks filled forms, and sends one report for each of them in one message.
 *
 * It runs as the source text of this function, because the built package is one file and has no other module for it. So it must
 * not use anything but its parameters.
 */
export function formThread({ parentPort, workerData }: Threads, require: NodeJS.Require): void {
  const SHOWN_PROBLEMS = 5;
  const SHOWN_CHARACTERS = 100;
  const { forms, compilers } = workerData as FormThreadData;
  parentPort?.postMessage(forms.map(check));

  function check({ schema, data }: FilledForm): FormReport {
    let validate: Validate;
    try {
      const dialect = String(schema['$schema'] ?? '').includes('draft-07') ? 'draft07' : 'current';
      const { default: Ajv } = require(compilers[dialect]) as { readonly default: Compiler };
      // Nothing loads a schema from elsewhere: an address in `$ref` is an error. Without `strict`, unknown keywords are allowed.
      const options = { strict: false, allErrors: true, verbose: true, logger: false, validateFormats: false };
      if (schema['$async'] !== undefined) throw new Error('it has the keyword $async, which JSON Schema does not have');
      validate = new Ajv(options).compile(schema);
    } catch (error) {
      return { problems: [], unusable: cut((error as Error).message) };
    }
    try {
      if (validate(data) === true) return { problems: [] };
      return { problems: (validate.errors ?? []).slice(0, SHOWN_PROBLEMS).map(problemOf) };
    } catch (error) {
      return { problems: [], failed: cut((error as Error).message) };
    }
  }

  function problemOf({ instancePath, keyword, message = `must fit "${keyword}"`, params, data }: Finding): FormProblem {
    const named = params['allowedValues'] ?? params['allowedValue'] ?? params['additionalProperty'];
    const wanted = cut(named === undefined ? message : `${message}: ${JSON.stringify(named)}`);
    const isAboutFields = keyword === 'required' || keyword === 'additionalProperties';
    return {
      where: cut(instancePath),
      wanted,
      ...(!isAboutFields && { found: cut(JSON.stringify(data) ?? 'nothing') }),
    };
  }

  function cut(text: string): string {
    const characters = [...text.slice(0, 2 * SHOWN_CHARACTERS + 2)];
    return characters.length <= SHOWN_CHARACTERS ? text : `${characters.slice(0, SHOWN_CHARACTERS).join('')}...`;
  }
}
