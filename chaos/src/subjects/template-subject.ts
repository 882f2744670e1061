import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ScriptedModel, type ScriptStep, startScriptedModel } from '@molecule/adapters/testing';
import { removeDirectory } from '../remove-directory.ts';
import type { Subject, SubjectFactory } from './subject.ts';

/** The differences between the templates. */
export interface TemplateSubject {
  /** The template's directory in `templates/`. */
  readonly name: string;
  /** Makes the real engine use the scripted model. */
  readonly environment: (model: ScriptedModel) => Readonly<Record<string, string>>;
  /** Steps before the long answer, such as a call of one of the engine's tools. */
  readonly before: readonly ScriptStep[];
  /** Calls of the slowest tool that needs no approval. */
  readonly tool: readonly ScriptStep[];
  /** Steps of a turn that asks a person, the reply, and the answer that follows it. */
  readonly asking: { readonly steps: readonly ScriptStep[]; readonly reply: string; readonly answer: string };
}

/** Shorter than a turn, so that a stop hands the turn over. */
export const GRACE = '200ms';

const WORDS = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');

/** A built template of this repository with its real engine; only the model is scripted. */
export function templateSubject({ name, environment, before, tool, asking }: TemplateSubject): SubjectFactory {
  return async (temporal): Promise<Subject> => {
    const model = await startScriptedModel();
    const stateDir = await mkdtemp(join(tmpdir(), `molecule-chaos-${name}-`));
    const work = join(stateDir, 'work');
    await mkdir(work);
    const own = environment(model);
    const keyVariable = Object.keys(own).find((variable) => variable.endsWith('_API_KEY'));
    return {
      name,
      model,
      ...(keyVariable !== undefined && { keyVariable }),
      spec: {
        directory: fileURLToPath(new URL(`../../../templates/${name}`, import.meta.url)),
        stateDir,
        environment: {
          MOLECULE_WORK_DIR: work,
          TEMPORAL_HOST: temporal,
          MOLECULE_SHUTDOWN_GRACE: GRACE,
          WORKSPACE_ID: `${name}-${crypto.randomUUID().slice(0, 8)}`,
          ...own,
        },
      },
      long: { text: script([...before, { text: WORDS, chunkMs: 50 }]), answer: WORDS },
      longer: { text: script([...before, { text: WORDS, chunkMs: 200 }]), answer: WORDS },
      short: { text: script([{ text: 'at once' }]), answer: 'at once' },
      hesitant: { text: script([{ text: WORDS, chunkMs: 50, delayMs: 1_500 }]), answer: WORDS },
      tooling: { text: script([...tool, { text: WORDS }]), answer: WORDS },
      asking: { text: script(asking.steps), reply: asking.reply, answer: asking.answer },
      async [Symbol.asyncDispose]() {
        await model.stop();
        await removeDirectory(stateDir);
      },
    };
  };
}

/** A message with the steps of the scripted model. */
function script(steps: readonly ScriptStep[]): string {
  return `please [[${steps.map((step) => JSON.stringify(step)).join(',')}]]`;
}
