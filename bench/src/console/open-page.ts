import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChromium } from '@molecule/browser-testing';
import type { Page } from 'playwright-core';
import { type ServerProcess, startServer } from '../server-process.ts';

/** A server with the console, and a browser. */
export interface MeasuredConsole extends AsyncDisposable {
  readonly server: ServerProcess;
  /** A tab without anything of earlier ones. */
  newPage(): Promise<Page>;
}

export async function openMeasuredConsole(): Promise<MeasuredConsole> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-bench-console-'));
  const packages = join(directory, 'node_modules', '@molecule');
  await mkdir(packages, { recursive: true });
  const installed = dirname(fileURLToPath(import.meta.resolve('@molecule/console/package.json')));
  await symlink(installed, join(packages, 'console'));
  const environment = { BENCH_DIRECTORY: directory, MOLECULE_CONSOLE: 'on', MOLECULE_MAX_CONNECTIONS: '2000' };
  const server = await startServer({ name: 'molecule', environment });
  const browser = await startChromium();
  return {
    server,
    async newPage() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      return context.newPage();
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
