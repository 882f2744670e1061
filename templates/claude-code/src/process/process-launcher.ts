import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Options } from '@anthropic-ai/claude-agent-sdk';
import type { Logger, McpEndpoint } from '@molecule/adapters';
import type { AgentSdk } from '../cli/load-sdk.js';
import type { ClaudeCodeConfig } from '../config.js';
import type { UsageTotals } from '../events/usage.js';
import type { EngineFolders } from '../folders.js';
import { type PermissionPolicy, SKILL_TOOL } from '../permissions/policy.js';
import { ToolGate } from '../permissions/tool-gate.js';
import type { Instructions } from '../prompt/instructions.js';
import type { Session } from '../sessions/session.js';
import type { PluginSkills } from '../skills/skills-plugin.js';
import { runtimeToolServers } from '../tools/runtime-tools.js';
import { ClaudeProcess } from './claude-process.js';
import { RUN_MARKER } from './end-with-runtime.js';
import { PidFile } from './pid-file.js';
import { endProcesses, MARKER } from './process-tree.js';
import { sandboxFor } from './sandbox.js';

/** What a process is started with, and cannot change. */
export interface ProcessSetup {
  /** Appended to the system prompt, unless the session has one on record. */
  readonly instructions: Instructions;
  readonly skills: PluginSkills;
}

/** The program that every process runs. */
export interface ClaudeProgram {
  readonly sdk: AgentSdk;
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Marks the processes of this workspace, so that no other runtime of the machine takes them for its own. */
  readonly markPrefix: string;
}

export interface ProcessLauncherOptions {
  readonly program: ClaudeProgram;
  readonly config: ClaudeCodeConfig;
  readonly model: string | undefined;
  readonly folders: EngineFolders;
  /** The rules for a process that works in a directory. */
  readonly policyFor: (workDir: string) => PermissionPolicy;
  readonly logger: Logger;
}

/** How a process takes its session up. */
export interface Launch {
  readonly workDir: string;
  /** The runtime's tools for the first turn; absent if there are none. */
  readonly mcp: McpEndpoint | undefined;
  /** False: the session is new. */
  readonly resume: boolean;
  /**
   * `message`: waits for a message. `interrupted`: resumes the interrupted turn. `deferred`: runs the call that a person
   * has decided.
   */
  readonly start: 'message' | 'interrupted' | 'deferred';
  /** What the session has used so far. */
  readonly totals: UsageTotals;
  readonly setup: ProcessSetup;
  /** The id of the instructions that the session then has; see `Instructions.id`. Absent: unknown. */
  readonly instructionsId?: string | undefined;
}

/** Starts Claude Code's processes, all in the same way. */
export class ProcessLauncher {
  readonly #options: ProcessLauncherOptions;

  constructor(options: ProcessLauncherOptions) {
    this.#options = options;
  }

  launch(session: Session, launch: Launch): ClaudeProcess {
    const { workDir, resume, start, totals, setup, instructionsId } = launch;
    const { program, logger, policyFor } = this.#options;
    const mark = this.#markOf(session);
    const run = randomUUID();
    const gate = new ToolGate(policyFor(workDir));
    return new ClaudeProcess({
      session,
      gate,
      workDir,
      totals,
      instructionsId,
      skillsId: setup.skills.id,
      logger,
      start: {
        sdk: program.sdk,
        mark,
        run,
        pidFile: this.#pidFile(session),
        query: {
          ...this.#commonOptions(gate, launch),
          ...(resume ? { resume: session.id } : { sessionId: session.id }),
          cwd: workDir,
          env: { ...program.environment, ...START_VARIABLES[start], [MARKER]: mark, [RUN_MARKER]: run },
          sessionStore: session.mirror(),
          sessionStoreFlush: 'eager',
        },
      },
    });
  }

  /** Ends what an earlier process of this runtime, killed in the middle of a turn, has left running. */
  async endLeftovers(session: Pick<Session, 'id'>): Promise<void> {
    const pidFile = this.#pidFile(session);
    const onOtherPlatforms = process.platform === 'linux' ? undefined : await pidFile.findLiving();
    await endProcesses(this.#markOf(session), onOtherPlatforms);
    await pidFile.clear();
  }

  #commonOptions(gate: ToolGate, { setup, workDir, mcp }: Launch): Options {
    const { instructions, skills } = setup;
    const { config, model, program, folders } = this.#options;
    return {
      ...(model === undefined ? {} : { model }),
      pathToClaudeCodeExecutable: program.executable,
      tools: skills.names.length === 0 ? config.tools : [...config.tools, SKILL_TOOL],
      skills: [...skills.names],
      plugins: [{ type: 'local', path: skills.path, skipMcpDiscovery: true }],
      additionalDirectories: config.additional_directories,
      ...(config.effort === undefined ? {} : { effort: config.effort }),
      ...(config.max_turns === undefined ? {} : { maxTurns: config.max_turns }),
      // Recorded with the conversation. Without the record, a call that was put off beside other calls of one message
      // is turned into a failure when its session is resumed, and the model never receives its result.
      systemPrompt: { type: 'preset', preset: 'claude_code', append: instructions.text, snapshot: true },
      permissionMode: 'default',
      // Nothing but this workspace's configuration steers the agent: no settings, hooks or servers of the work folder.
      settingSources: [],
      strictMcpConfig: true,
      // A skill's commands pass the gate like any others, and do not run by being read.
      settings: { skipWebFetchPreflight: true, disableSkillShellExecution: true },
      // Not on the command line, which everybody on this machine may read: the servers' headers hold a token.
      mcpServersDelivery: 'initialize',
      mcpServers: runtimeToolServers(mcp),
      ...sandboxFor(workDir, config, folders),
      // What a person writes is text: `@path` must not send that file to the model, `/name` must not run a command.
      verbatimPrompts: true,
      includePartialMessages: true,
      hooks: { PreToolUse: [{ hooks: [gate.beforeToolUse] }] },
      canUseTool: gate.canUseTool,
      // Without it a resumed process may run the call that was put off before the gate is in place.
      // The error output has the provider's name of an error within a stream; see `ClaudeProcess.apiErrorType`.
      extraArgs: { 'await-initialize': null, 'debug-to-stderr': null },
    };
  }

  #markOf(session: Pick<Session, 'id'>): string {
    return `${this.#options.program.markPrefix}.${session.id}`;
  }

  #pidFile(session: Pick<Session, 'id'>): PidFile {
    return new PidFile(join(this.#options.folders.claude, `${session.id}.pid`), session.id);
  }
}

/** A call that was put off runs only when its answer has come, never because its session is resumed. */
const START_VARIABLES: Readonly<Record<Launch['start'], Readonly<Record<string, string>>>> = {
  message: { CLAUDE_CODE_DISABLE_DEFERRED_TOOL_RESUME: '1' },
  interrupted: { CLAUDE_CODE_DISABLE_DEFERRED_TOOL_RESUME: '1', CLAUDE_CODE_RESUME_INTERRUPTED_TURN: '1' },
  deferred: {},
};
