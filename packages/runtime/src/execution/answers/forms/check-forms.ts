import type { Logger } from '@molecule/adapters';
import { malformed, unsupported } from '../../../tasks/a2a-errors.js';
import type { TaskHead } from '../../../tasks/log/records.js';
import type { PendingRequest } from '../../../tasks/turn-result.js';
import { type AnsweringMessage, answersIn } from '../answers-in.js';
import { checkInThread } from './check-in-thread.js';
import type { FilledForm, FormProblem, FormReport } from './form-thread.js';

/** As JSON. A form for people is some KB; the time to compile a schema grows with its size. */
const MAX_SCHEMA_CHARACTERS = 65_536;

/** A message to a task that waits, and what is open there. */
interface AnsweredForms {
  readonly head: TaskHead;
  readonly open: readonly PendingRequest[];
  /** Its text and its files are not needed. */
  readonly message: AnsweringMessage;
}

interface Form extends FilledForm {
  readonly requestId: string;
}

/**
 * Checks the data that a message gives for forms against their schemas. An answer without data, such as a text, is not checked. Neither is
 * one to a form whose schema cannot be used; a warning in the log says why.
 *
 * @throws {A2AError} `FORM_ANSWER_INVALID`, or `FORM_NOT_CHECKED` if the schema takes too much time or memory for this data
 */
export async function checkForms({ head, open, message }: AnsweredForms, logger: Logger): Promise<void> {
  const forms = formsIn(message, open).filter((form) => {
    const { length } = JSON.stringify(form.schema);
    if (length <= MAX_SCHEMA_CHARACTERS) return true;
    warn(form, `it has ${length} characters, and at most ${MAX_SCHEMA_CHARACTERS} are used`);
    return false;
  });
  if (forms.length === 0) return;
  const reports = await checkInThread(head.owner, forms);
  if (typeof reports === 'string') throw notChecked(head, forms, reports);
  const wrong: string[] = [];
  for (const [index, form] of forms.entries()) {
    const { problems, unusable, failed } = reports[index] as FormReport;
    if (failed !== undefined) throw notChecked(head, [form], failed);
    if (unusable !== undefined) warn(form, unusable);
    wrong.push(...problems.map((problem) => inWords(form, problem)));
  }
  if (wrong.length > 0) throw invalid(head, wrong);

  function warn({ requestId }: Form, cause: string): void {
    const { taskId } = head;
    logger.warn('an answer was not checked, because the schema of its form cannot be used', {
      taskId,
      requestId,
      cause,
    });
  }
}

function formsIn(message: AnsweringMessage, open: readonly PendingRequest[]): readonly Form[] {
  return answersIn(message, open).flatMap(({ requestId, data }) => {
    const schema = open.find((request) => request.requestId === requestId)?.schema;
    return schema === undefined || data === undefined ? [] : [{ requestId, schema, data }];
  });
}

function inWords({ requestId }: Form, { where, wanted, found }: FormProblem): string {
  const place = `${where === '' ? 'the data' : where} of the answer to ${requestId}`;
  return `${place} ${wanted}${found === undefined ? '' : `, and is ${found}`}`;
}

function invalid({ taskId }: TaskHead, wrong: readonly string[]): Error {
  return malformed(
    'FORM_ANSWER_INVALID',
    `The answer does not fit its form: ${wrong.join('; ')}. Task ${taskId} still waits: send the answer again in a new message. The schema is in the data part of the message in the status of the task.`,
  );
}

function notChecked({ taskId }: TaskHead, forms: readonly Form[], cause: string): Error {
  const ids = forms.map(({ requestId }) => requestId).join(', ');
  return unsupported(
    'FORM_NOT_CHECKED',
    `The answer to ${ids} could not be checked against the schema of its form: ${cause}. Task ${taskId} still waits: send other data, or answer with a text.`,
  );
}
