import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Adapter,
  type AdapterContext,
  type AnswerTurn,
  defineAdapter,
  EngineError,
  endsTurn,
  type MessageTurn,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { SCENES } from './scenes.ts';
import type { Step } from './steps.ts';

const GATE_MS = 10;

/** Plays a message that holds steps, and the scene of any other message. It remembers nothing, so an interrupted turn begins again. */
export const adapter: Adapter = defineAdapter({
  name: 'scripted',
  displayName: 'Scripted',
  description: 'Plays what a test has written.',
  repeatableTurns: true,
  createEngine: (context) => ({
    check: async () => ({ ok: true, detail: 'The script is at hand.' }),
    runTurn: (turn, controls) => run(turn, controls, context),
  }),
}) as Adapter;

async function* run(turn: Turn, controls: TurnControls, context: AdapterContext): AsyncGenerator<TurnEvent> {
  if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'A script remembers nothing.');
  const answer = turn.kind === 'answer' ? answerIn(turn) : '';
  for (const step of stepsOf(turn)) {
    for await (const event of play(step, { turn, controls, context, answer })) {
      yield event;
      if (endsTurn(event)) return;
    }
  }
  yield { type: 'finish' };
}

function stepsOf(turn: MessageTurn | AnswerTurn): readonly Step[] {
  if (turn.kind === 'answer') {
    const { after = [] } = (turn.checkpoint ?? {}) as { readonly after?: readonly Step[] };
    return after.length > 0 ? after : [{ say: 'Answered: {answer}' }];
  }
  // A task from a peer ends with the agents that it came by.
  const words = turn.text.replace(/\n\n\[molecule\.delegation [^\]\n]*\]$/, '');
  if (words.startsWith('[')) return JSON.parse(words) as readonly Step[];
  return SCENES[turn.text] ?? [{ say: `You said: ${turn.text}${filesOf(turn)}` }];
}

function filesOf({ parts }: MessageTurn): string {
  const names = parts.flatMap((part) => (part.kind === 'file' ? [part.name ?? 'a file'] : []));
  return names.length === 0 ? '' : `\n\nFiles: ${names.join(', ')}`;
}

function answerIn(turn: AnswerTurn): string {
  const { answers = [turn] } = turn;
  return answers
    .map(({ choice, data, text }) => choice ?? (data === undefined ? text : JSON.stringify(data)))
    .join(', ');
}

interface Play {
  readonly turn: MessageTurn | AnswerTurn;
  readonly controls: TurnControls;
  readonly context: AdapterContext;
  readonly answer: string;
}

async function* play(step: Step, { turn, controls, context, answer }: Play): AsyncGenerator<TurnEvent> {
  const { signal } = controls;
  const isNow = 'onAttempt' in step ? step.onAttempt === undefined || step.onAttempt === turn.attempt : true;
  if ('say' in step)
    yield* stream(step.say.replace('{answer}', answer).match(/\S+\s*|\s+/g) ?? [], step.everyMs, signal);
  else if ('count' in step)
    yield* stream(
      Array.from({ length: step.count }, (_, index) => `word${index + 1} `),
      step.everyMs,
      signal,
    );
  else if ('think' in step) yield { type: 'reasoning-delta', text: step.think };
  else if ('event' in step) yield step.event;
  else if ('tool' in step) {
    const id = crypto.randomUUID();
    yield { type: 'tool-call', id, name: step.tool, input: step.input as never };
    await sleep(step.ms ?? 0, undefined, { signal });
    yield { type: 'tool-result', id, ok: step.ok ?? true, output: step.output as never };
  } else if ('use' in step) {
    const id = crypto.randomUUID();
    yield { type: 'tool-call', id, name: step.use, input: step.input };
    const tool = context.tools.find(({ name }) => name === step.use);
    if (!tool) throw new EngineError('invalid-request', `There is no tool ${step.use}.`);
    const { taskId, contextId } = turn;
    const output = await tool.execute(step.input, { taskId, contextId, signal });
    yield { type: 'tool-result', id, ok: true, output };
  } else if ('calls' in step) {
    for (let call = 1; call <= step.calls; call++) {
      const id = `call-${call}`;
      yield { type: 'tool-call', id, name: 'read_page', input: { page: call } };
      yield { type: 'tool-result', id, ok: true, output: `Page ${call}` };
    }
  } else if ('lines' in step) {
    for (let line = 1; line <= step.lines; line++) yield { type: 'status', text: `Line ${line}` };
  } else if ('hang' in step) await sleep(86_400_000, undefined, { signal });
  else if ('gate' in step) {
    if (isNow) await passed(join(context.workspace.configDir, 'gates', step.gate), signal);
  } else if ('ask' in step) {
    controls.checkpoint({ after: (step.after ?? []) as never });
    yield { type: 'input-required', ...step.ask };
  } else if (isNow) throw new EngineError(step.fail, step.message);
}

async function* stream(words: Iterable<string>, everyMs = 0, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  for (const word of words) {
    if (everyMs > 0) await sleep(everyMs, undefined, { signal });
    yield { type: 'text-delta', text: word };
  }
}

async function passed(file: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const isOpen = await access(file).then(
      () => true,
      () => false,
    );
    if (isOpen) return;
    await sleep(GATE_MS, undefined, { signal });
  }
}
