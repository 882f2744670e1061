import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseRule } from './permissions/rule.js';

/** Claude Code's own tools that a workspace offers unless its configuration names others. */
const DEFAULT_TOOLS = [
  'Read',
  'Glob',
  'Grep',
  'Edit',
  'Write',
  'NotebookEdit',
  'Bash',
  'WebFetch',
  'WebSearch',
  'Agent',
  'AskUserQuestion',
];

/** What reads the workspace and changes nothing; and the runtime's own tools, which guard themselves. */
const DEFAULT_ALLOW = ['Read', 'Glob', 'Grep', 'mcp__molecule__*'];

const rule = z.string().transform((text, context) => {
  const parsed = parseRule(text);
  if (typeof parsed !== 'string') return parsed;
  context.addIssue({ code: 'custom', message: parsed });
  return z.NEVER;
});

const absolutePath = z.string().refine(isAbsolute, 'must be an absolute path');

const permissions = z.strictObject({
  /** Calls that run without asking. Default: tools that only read, within the working directory. */
  allow: z
    .array(rule)
    .default(() => DEFAULT_ALLOW.map((text) => parseRule(text)).filter((parsed) => typeof parsed !== 'string')),
  /** Calls that a person approves. Calls that no list names also need approval. */
  ask: z.array(rule).default([]),
  /** Calls that never run. This list wins over `ask`, and `ask` over `allow`. */
  deny: z.array(rule).default([]),
});

const sandbox = z.strictObject({
  /** The operating system confines commands: see docs/security.md. Linux needs bubblewrap, socat and ripgrep. */
  enabled: z.boolean().default(false),
  /** Hosts that commands may reach, such as `*.example.com`. Default: none. */
  allowed_domains: z.array(z.string().min(1)).default([]),
  /** For a container that may not mount `/proc`: commands then see the other processes of the container. */
  nested: z.boolean().default(false),
});

/** `runtime_config` of `config.yaml`. */
export const configSchema = z
  .strictObject({
    permissions: permissions.prefault({}),
    /** Keeps the commands of owners apart, which rules for commands cannot do. */
    sandbox: sandbox.prefault({}),
    /** Which of Claude Code's tools exist at all. */
    tools: z.array(z.string().min(1)).default(DEFAULT_TOOLS),
    /** How hard the model thinks. Default: the model's own. */
    effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
    /** Model calls in one turn before it fails with `too-many-steps`. Default: no bound. */
    max_turns: z.int().positive().optional(),
    /** Times that Claude Code repeats a failed model call. Default 2: the runtime retries the whole turn after that. */
    max_retries: z.int().min(0).max(10).default(2),
    /** Folders beside the working directory that `Read` and its like may use without a path of their own in a rule. */
    additional_directories: z.array(absolutePath).default([]),
    /**
     * Seconds that a process waits for the next message of its conversation; 0 starts one for each turn. Default 120:
     * a later turn then begins in a tenth of a second rather than one or two, for some 190 MB meanwhile.
     */
    idle_process_seconds: z.number().min(0).default(120),
    /** Processes at once, idle ones included. Default 8, some 1.5 GB; a turn beyond it waits for a place. */
    max_processes: z.int().positive().default(8),
    /** Where conversations are kept. Default: `sessions` in the state directory. Replicas may share one folder. */
    session_dir: absolutePath.optional(),
    /** Names of further environment variables that Claude Code, and the commands that it runs, may read. */
    environment: z.array(z.string().min(1)).default([]),
  })
  .prefault({});

export type ClaudeCodeConfig = z.infer<typeof configSchema>;
