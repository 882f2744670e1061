import {
  type Artifact,
  type Message,
  type Part,
  type StreamResponse,
  TaskState,
  type TaskStatus,
  taskStateToJSON,
} from '@a2a-js/sdk';
import { EMPTY_ANSWER_KEY, ERROR_CODE_KEY, FINISH_REASON_KEY } from '../../tasks/events/outcome-metadata.js';
import { terminalText } from '../../telemetry/logging/terminal-text.js';
import type { CliHost } from '../host/cli-host.js';
import { choiceLines } from './choice-lines.js';
import { type AgentAddress, taskCommands } from './task-commands.js';
import { metadataOf, outcomeOf, statusOf, type TaskView } from './task-view.js';

export interface TextViewOptions {
  readonly agent: AgentAddress;
  readonly host: Pick<CliHost, 'stdout' | 'stderr'>;
  /** True if the message continues a task. Its earlier artifacts are not printed again. */
  readonly continues: boolean;
}

/** The remark for a completed task whose answer may not be whole, by `molecule.finishReason`. */
const FINISH_REMARKS: Readonly<Record<string, string>> = {
  length: 'the answer was cut off: the model reached its limit of tokens',
  'content-filter': "the answer is not whole: the provider's content filter withheld it, or a part of it",
  refusal: 'the model refused',
  'tool-limit': 'the answer may not be whole: the agent reached its limit of steps',
};

/**
 * Prints the answer on standard output, and remarks on standard error. Control characters in the answer are shown as
 * symbols and have no effect on the terminal; with `--json` they are escaped.
 */
export function createTextView({ agent, host, continues }: TextViewOptions): TaskView {
  const { stdout, stderr } = host;
  let old = continues;
  const shown = new Map<string, string>();
  let ids = { taskId: '', contextId: '' };
  let status: TaskStatus | undefined;
  let metadata: Readonly<Record<string, unknown>> = {};
  let openLine = false;
  /** Id of the artifact that was printed last. */
  let last: string | undefined;

  const write = (text: string) => {
    if (text === '') return;
    stdout.write(terminalText(text));
    openLine = !text.endsWith('\n');
  };

  const endLine = () => {
    if (openLine) write('\n');
  };

  const note = (text: string) => {
    endLine();
    stderr.write(`${terminalText(text)}\n`);
  };

  /** Prints the new part of an artifact's whole text. If the text so far has changed, prints all of it again. */
  const showArtifact = (artifact: Artifact, whole: string) => {
    const before = shown.get(artifact.artifactId) ?? '';
    shown.set(artifact.artifactId, whole);
    if (artifact.artifactId !== last) endLine();
    last = artifact.artifactId;
    if (whole.startsWith(before)) return write(whole.slice(before.length));
    note('(the agent starts its answer again)');
    write(whole);
  };

  const showStatus = (next: TaskStatus | undefined) => {
    status = next ?? status;
  };

  const view: TaskView = {
    show(response: StreamResponse) {
      showStatus(statusOf(response));
      metadata = { ...metadata, ...metadataOf(response) };
      const { payload } = response;
      switch (payload?.$case) {
        case 'message':
          ids = { taskId: payload.value.taskId, contextId: payload.value.contextId };
          return write(answerText(payload.value.parts));
        case 'task':
          ids = { taskId: payload.value.id, contextId: payload.value.contextId };
          for (const artifact of payload.value.artifacts) {
            if (old) shown.set(artifact.artifactId, answerText(artifact.parts));
            else showArtifact(artifact, answerText(artifact.parts));
          }
          old = false;
          return;
        case 'artifactUpdate': {
          const { artifact, append, taskId, contextId } = payload.value;
          ids = { taskId, contextId };
          if (artifact === undefined) return;
          const before = append ? (shown.get(artifact.artifactId) ?? '') : '';
          return showArtifact(artifact, before + answerText(artifact.parts));
        }
        case 'statusUpdate':
          ids = { taskId: payload.value.taskId, contextId: payload.value.contextId };
          if (status && isProgressLine(status)) view.interrupt(`(${textOf(status.message?.parts ?? [])})`);
          return;
      }
    },
    note,
    interrupt(text) {
      stderr.write(`${openLine ? '\n' : ''}${terminalText(text)}\n`);
    },
    taskId: () => ids.taskId,
    end() {
      const outcome = outcomeOf(status);
      if (outcome === 'input-required' && status?.message)
        write(`${openLine ? '\n' : ''}${textOf(status.message.parts)}`);
      if (outcome === 'failed') note(failureText(status?.message));
      if (outcome === 'completed') {
        const remark = FINISH_REMARKS[String(metadata[FINISH_REASON_KEY])];
        if (remark !== undefined) note(`(${remark})`);
        if (metadata[EMPTY_ANSWER_KEY] === true) note('(the agent gave no answer)');
        else if (status?.message) write(`${openLine ? '\n' : ''}${answerText(status.message.parts)}`);
      }
      const state = status === undefined ? '' : `  ${taskStateToJSON(status.state)}`;
      note(
        ids.taskId === ''
          ? 'answered with a message, without a task'
          : `task ${ids.taskId}  context ${ids.contextId}${state}`,
      );
      if (outcome === 'input-required') {
        for (const line of status?.message ? choiceLines(status.message) : []) note(line);
        note(`answer: ${taskCommands(agent, ids.taskId).answer}`);
      }
      return outcome;
    },
  };
  return view;
}

function isProgressLine({ state, message }: TaskStatus): boolean {
  return state === TaskState.TASK_STATE_WORKING && message !== undefined;
}

/** The text of an answer, with its data as JSON. */
function answerText(parts: readonly Part[]): string {
  return parts
    .map((part) =>
      part.content?.$case === 'data' ? `${JSON.stringify(part.content.value, null, 2)}\n` : partText(part),
    )
    .join('');
}

/** The text of parts; a file is shown by its name. */
function textOf(parts: readonly Part[]): string {
  return parts.map(partText).join('');
}

function partText({ content, filename, mediaType }: Part): string {
  switch (content?.$case) {
    case 'text':
      return content.value;
    case 'url':
      return `[file ${filename || content.value}: ${content.value}]\n`;
    case 'raw':
      return `[file ${filename || 'without a name'}, ${mediaType}, ${content.value.length} bytes]\n`;
    default:
      return '';
  }
}

function failureText(message: Message | undefined): string {
  if (message === undefined) return 'the agent gave no reason';
  const code = message.metadata?.[ERROR_CODE_KEY];
  return `${typeof code === 'string' ? `${code}: ` : ''}${textOf(message.parts)}`;
}
