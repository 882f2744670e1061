import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HermesError } from '../hermes-error.js';
import type { Command } from './find-command.js';

/** What to start. */
export interface SpawnOptions {
  readonly command: Command;
  readonly environment: Readonly<Record<string, string>>;
  readonly workDir: string;
  readonly logFile: string;
}

/** A gateway process that was started. */
export interface GatewayProcess {
  readonly pid: number;
  /** Resolves with a few words when it has ended. */
  readonly ended: Promise<string>;
}

/**
 * Starts `hermes gateway run` as the leader of a process group of its own: a Ctrl-C for the runtime does not reach it
 * before its turns are over, and after a hard kill of the runtime the next boot finds it alive.
 */
export async function spawnGateway({ command, environment, workDir, logFile }: SpawnOptions): Promise<GatewayProcess> {
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 });
  const log = await open(logFile, 'w', 0o600);
  try {
    const [program, ...args] = command;
    const child = spawn(program, [...args, 'gateway', 'run'], {
      cwd: workDir,
      env: { ...environment },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn').catch((cause: NodeJS.ErrnoException) => {
      throw new HermesError(
        'HERMES_COMMAND_UNUSABLE',
        `Hermes (${program}) could not be run: ${cause.message}. Set its permissions, install it again with ` +
          '`npm run setup`, or name another one with runtime_config.hermes_command.',
        { cause },
      );
    });
    child.unref();
    if (child.pid === undefined) throw new Error(`${program} was started without a process id.`);
    return { pid: child.pid, ended: endOf(child) };
  } finally {
    await log.close();
  }
}

async function endOf(child: ReturnType<typeof spawn>): Promise<string> {
  if (child.exitCode !== null || child.signalCode !== null) return describeEnd(child.exitCode, child.signalCode);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return describeEnd(code, signal);
}

function describeEnd(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
