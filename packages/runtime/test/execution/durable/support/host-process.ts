import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The arguments of the host program. */
export interface HostOrder {
  readonly directory: string;
  readonly ledger: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How long Temporal waits for a turn's heartbeat. Default: that of @molecule/temporal. */
  readonly heartbeatTimeoutMs?: number | undefined;
}

/** A runtime in another process. */
export interface HostProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Sends the signal and waits for the end of the process. Returns the exit code or the signal. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string>;
}

export async function startHostProcess(order: HostOrder): Promise<HostProcess> {
  const hooks = fileURLToPath(new URL('../../../support/host/typescript-hooks.mjs', import.meta.url));
  const program = fileURLToPath(new URL('host.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', hooks, program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    const [code, name] = await exited;
    return code ?? name ?? 'gone';
  };
  for await (const url of createInterface(child.stdout)) {
    const { pid = 0 } = child;
    return { url, pid, kill, [Symbol.asyncDispose]: async () => void (await kill('SIGKILL')) };
  }
  throw new Error('The host ended before it served.');
}
