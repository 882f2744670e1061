import { z } from 'zod';
import { TOOL_NAMES } from '../tools/tool-names.js';

/** A day. Node fires a timer of more than 24 days at once. */
const MOST_SECONDS = 86_400;

/** Such a key is checked, and does nothing so far; whoever sets it is told so. */
const NOT_USED_YET = { notUsedYet: true };

// In every `error` below stands what is wanted, in words that fit after "wanted"; see problems-from-issues.ts.
const WANTED_TEXT = { error: 'a text that is not empty' };
const WANTED_PORT = { error: 'a whole number from 0 to 65535' };
const WANTED_ATTEMPTS = { error: 'a whole number from 1 to 100' };

const text = () => z.string(WANTED_TEXT).trim().min(1, WANTED_TEXT);
const texts = (error: string) => z.array(text(), { error });
const number = (error: string) => z.number({ error });
const map = (error: string) => z.record(z.string(), z.json({ error: 'plain YAML values' }), { error });

const port = z.number(WANTED_PORT).int(WANTED_PORT).min(0, WANTED_PORT).max(65_535, WANTED_PORT);

const skill = z.union(
  [
    text(),
    z.strictObject({
      id: text(),
      name: text().optional(),
      description: z.string({ error: 'a text' }).default(''),
      tags: texts('a list of texts').default([]),
      examples: texts('a list of texts').default([]),
    }),
  ],
  { error: 'a name, or a map with `id`, `name`, `description`, `tags` and `examples`' },
);

const a2a = z.strictObject(
  {
    port: port
      .optional()
      .meta({ description: 'Where to listen; `PORT` wins. 0 is any free port. Default: 8000.', examples: [8000] }),
    streaming: z
      .boolean({ error: 'true or false' })
      .default(true)
      .meta({ description: 'Whether the agent card offers streaming.', examples: [true] }),
    push_notifications: z
      .boolean({ error: 'true or false' })
      .default(true)
      .meta({ ...NOT_USED_YET, description: 'Whether the agent card offers push notifications.', examples: [true] }),
  },
  { error: 'a map with `port`, `streaming` and `push_notifications`' },
);

const delegation = z.strictObject(
  {
    retry_attempts: z
      .number(WANTED_ATTEMPTS)
      .int(WANTED_ATTEMPTS)
      .min(1, WANTED_ATTEMPTS)
      .max(100, WANTED_ATTEMPTS)
      .default(3)
      .meta({ description: 'How often a peer is asked at most.', examples: [3] }),
    retry_delay: number('seconds, from 0 to 86400')
      .min(0, { error: 'seconds, from 0 to 86400' })
      .max(MOST_SECONDS, { error: 'seconds, from 0 to 86400' })
      .default(5)
      .meta({ description: 'Seconds between two of these attempts.', examples: [5] }),
    timeout: number('seconds, more than 0, at most 86400')
      .positive({ error: 'seconds, more than 0, at most 86400' })
      .max(MOST_SECONDS, { error: 'seconds, more than 0, at most 86400' })
      .default(120)
      .meta({ description: 'Seconds that one of these attempts may take.', examples: [120] }),
  },
  { error: 'a map with `retry_attempts`, `retry_delay` and `timeout`' },
);

/** The keys of `config.yaml`. The documentation of the keys is generated from this schema. */
export const configSchema = z.strictObject(
  {
    name: text().meta({
      description: "The agent's name, as the card shows it.",
      examples: ['Research Assistant'],
    }),
    description: z
      .string({ error: 'a text' })
      .default('')
      .meta({
        description: 'What the agent does, in a sentence or two; callers read it on the card.',
        examples: ['Answers questions about our papers'],
      }),
    version: text()
      .default('1.0.0')
      .meta({ description: "The agent's own version.", examples: ['1.0.0'] }),
    runtime: text().meta({
      description: 'The adapter that drives the engine; it must equal the `name` of the adapter that is loaded.',
      examples: ['langgraph'],
    }),
    model: z
      .string({ error: 'a text' })
      .trim()
      .default('')
      .meta({
        description: 'The model, as `provider:name`; `MOLECULE_MODEL` wins. Left out: the engine chooses.',
        examples: ['openai:gpt-4.1'],
      }),
    runtime_config: map('a map of settings for the adapter')
      .default({})
      .meta({
        description: "The adapter's own settings; the adapter says which there are, and checks them.",
        examples: [{}],
      }),
    prompt_files: texts('a list of file names')
      .default([])
      .meta({
        description:
          'Files that make up the system prompt, in this order, relative to `config.yaml`. Left out: `system-prompt.md`, if there is one.',
        examples: [['system-prompt.md']],
      }),
    skills: z
      .array(skill, { error: 'a list of skills' })
      .default([])
      .check(uniqueSkillIds)
      .meta({
        description:
          'What the agent can do, as the card shows it: names, or maps with `id`, `name`, `description`, `tags`, `examples`.',
        examples: [['summarize']],
      }),
    tools: z
      .array(z.enum(TOOL_NAMES, { error: `one of ${TOOL_NAMES.join(', ')}` }), { error: 'a list of tool names' })
      .default([])
      .meta({
        description:
          "Names of the runtime's tools that the agent gets. Left out: all of them when there are `sub_workspaces` or a platform, else none.",
        examples: [['delegate_task']],
      }),
    a2a: a2a.prefault({}).meta({ description: 'How the A2A server presents itself.', examples: [{ port: 8000 }] }),
    delegation: delegation
      .prefault({})
      .meta({ description: 'How work is handed to peers.', examples: [{ retry_attempts: 3 }] }),
    initial_prompt: text()
      .optional()
      .meta({
        description: 'Sent to the agent once, when it starts for the first time.',
        examples: ['Read the wiki and introduce yourself'],
      }),
    idle_prompt: text()
      .optional()
      .meta({
        description: 'Sent to the agent when it has had nothing to do for a while.',
        examples: ['Look for something useful to do'],
      }),
    idle_interval_seconds: number('seconds, more than 0, at most 86400')
      .positive({ error: 'seconds, more than 0, at most 86400' })
      .max(MOST_SECONDS, { error: 'seconds, more than 0, at most 86400' })
      .default(600)
      .meta({
        description: 'Seconds without work after which `idle_prompt` is sent.',
        examples: [600],
      }),
    sub_workspaces: z
      .array(map('a map'), { error: 'a list of maps' })
      .default([])
      .meta({
        description:
          'Workspaces that belong to this one. Those with a `url` can be delegated to: `id`, `name`, `url`, `role`, `description`, `skills`, `token_env` (the variable that holds the token which they ask for).',
        examples: [[{ name: 'helper', url: 'http://localhost:8001' }]],
      }),
    shared_context: texts('a list of file names')
      .default([])
      .meta({
        description:
          'Files that sub-workspaces may read, relative to `config.yaml`: they go along with each task that is handed to one.',
        examples: [['guidelines.md']],
      }),
  },
  { error: 'a map with keys such as `name` and `runtime`' },
);

/** `config.yaml` as the schema leaves it: checked, with defaults, the keys as in the file. */
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
        message: `an id that no other skill has, not "${id}" again`,
      });
    }
    seen.add(id);
  }
}
