import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '@molecule/adapters';
import { type RuntimeProcess, startRuntimeProcess } from '@molecule/runtime/testing';

/** An agent in a process of its own that a client can kill in the middle of a task. */
export interface CrashingAgent extends AsyncDisposable {
  readonly url: string;
  /** `POST` kills the process (SIGKILL), starts another one with the same state and the same ports, and returns when it serves. */
  readonly crashUrl: string;
}

/** @param directory with its `config.yaml`; its state stays there */
export async function startCrashingAgent(
  directory: string,
  settings: Readonly<Record<string, string>>,
): Promise<CrashingAgent> {
  const environment = {
    ...settings,
    PATH: process.env['PATH'] ?? '',
    ADAPTER_MODULE: fileURLToPath(new URL('scripted-module.mjs', import.meta.url)),
    PORT: String(await freePort()),
    MOLECULE_GRPC_PORT: String(await freePort()),
  };
  const start = () => startRuntimeProcess({ directory, environment });
  let agent: RuntimeProcess = await start();
  const control = createServer((_request, response) => {
    crash().then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  const crash = async () => {
    await agent.kill('SIGKILL');
    agent = await start();
  };
  control.listen(0, '127.0.0.1');
  await once(control, 'listening');
  return {
    url: agent.url,
    crashUrl: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      control.closeAllConnections();
      control.close();
      await agent[Symbol.asyncDispose]();
    },
  };
}
