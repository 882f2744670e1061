import { z } from 'zod';
import { parseAge, WANTED_AGE } from '../age.js';
import { a2a, skill } from './card-schema.js';
import { text, texts } from './schema-types.js';
import { TOOL_NAMES } from './tool-names.js';

/** One day. Node fires a timer of more than 24 days immediately. */
const MOST_SECONDS = 86_400;

// Each `error` below is the expected form, in words that fit after "wanted"; see problems-from-issues.ts.
const WANTED_ATTEMPTS = { error: 'a whole number from 1 to 100' };

const number = (error: string) => z.number({ error });
const map = (error: string) => z.record(z.string(), z.json({ error: 'plain YAML values' }), { error });

const delegation = z.strictObject(
  {
    retry_attempts: z
      .number(WANTED_ATTEMPTS)
      .int(WANTED_ATTEMPTS)
      .min(1, WANTED_ATTEMPTS)
      .max(100, WANTED_ATTEMPTS)
      .default(3)
      .meta({ description: 'The largest number of attempts to delegate a task to a peer.', examples: [3] }),
    retry_delay: number('seconds, from 0 to 86400')
      .min(0, { error: 'seconds, from 0 to 86400' })
      .max(MOST_SECONDS, { error: 'seconds, from 0 to 86400' })
      .default(5)
      .meta({ description: 'Seconds between two of these attempts.', examples: [5] }),
    timeout: number('seconds, more than 0, at most 86400')
      .positive({ error: 'seconds, more than 0, at most 86400' })
      .max(MOST_SECONDS, { error: 'seconds, more than 0, at most 86400' })
      .default(120)
      .meta({ description: 'The timeout of one attempt, in seconds.', examples: [120] }),
  },
  { error: 'a map with `retry_attempts`, `retry_delay` and `timeout`' },
);

const age = () =>
  z
    .string({ error: WANTED_AGE })
    .trim()
    .refine((text) => parseAge(text) !== undefined, { error: WANTED_AGE })
    .meta({ format: 'age' });

const retention = z.strictObject(
  {
    tasks: age()
      .optional()
      .meta({
        description:
          'Ended tasks are deleted at this age, counted from their end. `off`: never. `MOLECULE_RETENTION_TASKS` overrides it. Default: off.',
        examples: ['30d'],
      }),
    conversations: age()
      .optional()
      .meta({
        description:
          'A conversation is forgotten at this age, counted from its last activity: its tasks, what the engine stores of it, and its own working directory. `MOLECULE_RETENTION_CONVERSATIONS` overrides it. Default: `retention.tasks`.',
        examples: ['30d'],
      }),
    files: age()
      .optional()
      .meta({
        description:
          'The files of ended tasks are deleted at this age, if they should go before the tasks. `MOLECULE_RETENTION_FILES` overrides it. Default: off.',
        examples: ['7d'],
      }),
    events: age()
      .default('10m')
      .meta({
        description:
          'The events of an ended task are deleted at this age; the task stays as it is. Until then, a client can resume its stream. `MOLECULE_RETENTION_EVENTS` overrides it.',
        examples: ['10m'],
      }),
  },
  { error: 'a map with `tasks`, `conversations`, `files` and `events`' },
);

/** The keys of `config.yaml`. The documentation of the keys is generated from this schema. */
export const configSchema = z.strictObject(
  {
    name: text().meta({
      description: "The agent's name, as the agent card shows it.",
      examples: ['Research Assistant'],
    }),
    description: z
      .string({ error: 'a text' })
      .default('')
      .meta({
        description: 'What the agent does, in one or two sentences, for callers that read the agent card.',
        examples: ['Answers questions about our papers'],
      }),
    version: text()
      .default('1.0.0')
      .meta({ description: "The agent's own version.", examples: ['1.0.0'] }),
    runtime: text().meta({
      description: 'The adapter that drives the engine; must equal the `name` of the loaded adapter.',
      examples: ['langgraph'],
    }),
    model: z
      .string({ error: 'a text' })
      .trim()
      .default('')
      .meta({
        description: 'The model, as `provider:name`; `MOLECULE_MODEL` overrides it. If omitted, the engine chooses.',
        examples: ['openai:gpt-4.1'],
      }),
    runtime_config: map('a map of settings for the adapter')
      .default({})
      .meta({
        description: "The adapter's own settings, which the adapter defines and validates.",
        examples: [{}],
      }),
    prompt_files: texts('a list of file names')
      .default([])
      .meta({
        description:
          'The files of the system prompt, in this order, relative to `config.yaml`. If omitted: `system-prompt.md`, if it exists.',
        examples: [['system-prompt.md']],
      }),
    skills: z
      .array(skill, { error: 'a list of skills' })
      .default([])
      .check(uniqueSkillIds)
      .meta({
        description:
          'The skills that the agent card shows: names, or maps with `id`, `name`, `description`, `tags`, `examples`, `input_modes`, `output_modes`.',
        examples: [['summarize']],
      }),
    tools: z
      .array(z.enum(TOOL_NAMES, { error: `one of ${TOOL_NAMES.join(', ')}` }), { error: 'a list of tool names' })
      .default([])
      .meta({
        description:
          "The runtime's tools that the agent gets, by name. If omitted: all of them with `sub_workspaces` or a platform, else none.",
        examples: [['delegate_task']],
      }),
    a2a: a2a.prefault({}).meta({ description: 'How the A2A server presents itself.', examples: [{ port: 8000 }] }),
    delegation: delegation
      .prefault({})
      .meta({ description: 'How tasks are delegated to peers.', examples: [{ retry_attempts: 3 }] }),
    work_dir: z
      .enum(['context', 'owner', 'shared'], { error: 'context, owner or shared (its place: MOLECULE_WORK_DIR)' })
      .default('owner')
      .meta({
        description:
          'Who shares a working directory: the turns of one conversation (`context`), of one owner (`owner`), or all turns (`shared`, for an agent whose directory is a repository that all owners work on).',
        examples: ['owner'],
      }),
    retention: retention.prefault({}).meta({
      description: 'At which age tasks, conversations, files and events are deleted.',
      examples: [{ tasks: '30d' }],
    }),
    console: z
      .boolean({ error: 'true or false' })
      .optional()
      .meta({
        description:
          'Whether the console is served at `/console/`; it needs the package `@molecule/console`. `MOLECULE_CONSOLE` overrides it. Default: only with `--dev`, if the package is installed.',
        examples: [true],
      }),
    initial_prompt: text()
      .optional()
      .meta({
        description: 'A message that the agent receives once, at its first start.',
        examples: ['Read the wiki and introduce yourself'],
      }),
    idle_prompt: text()
      .optional()
      .meta({
        description: 'A message that the agent receives after a period without work.',
        examples: ['Look for something useful to do'],
      }),
    idle_interval_seconds: number('seconds, more than 0, at most 86400')
      .positive({ error: 'seconds, more than 0, at most 86400' })
      .max(MOST_SECONDS, { error: 'seconds, more than 0, at most 86400' })
      .default(600)
      .meta({
        description: 'The length of that period, in seconds.',
        examples: [600],
      }),
    sub_workspaces: z
      .array(map('a map'), { error: 'a list of maps' })
      .default([])
      .meta({
        description:
          'The members of this workspace. Tasks can be delegated to members with a `url`. Fields: `id`, `name`, `url`, `role`, `description`, `skills`, `token_env` (the variable with the token that the member requires).',
        examples: [[{ name: 'helper', url: 'http://localhost:8001' }]],
      }),
    shared_context: texts('a list of file names')
      .default([])
      .meta({
        description: 'Files that are sent with each task that is delegated to a member, relative to `config.yaml`.',
        examples: [['guidelines.md']],
      }),
  },
  { error: 'a map with keys such as `name` and `runtime`' },
);

/** `config.yaml` as the schema returns it: validated, with defaults, the keys as in the file. */
export type ConfigFile = z.output<typeof configSchema>;

function uniqueSkillIds(payload: z.core.ParsePayload<(string | { id: string })[]>): void {
  const seen = new Set<string>();
  for (const [index, entry] of payload.value.entries()) {
    const id = typeof entry === 'string' ? entry : entry.id;
    if (seen.has(id)) {
      payload.issues.push({
        code: 'custom',
        input: entry,
        path: [index],
        message: `a unique id; "${id}" is already used by another skill`,
      });
    }
    seen.add(id);
  }
}
