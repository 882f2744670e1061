import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EngineError } from '@molecule/adapters';

const SDK = '@anthropic-ai/claude-agent-sdk';

/** Longest wait for `claude --version`; a health check has 5 seconds. */
const VERSION_TIMEOUT_MS = 4000;

/** The Claude Code program that the SDK brings for this platform. Throws with the remedy when it is not there or may not be run. */
export async function findExecutable(): Promise<string> {
  const program = resolveExecutable();
  await checkRunnable(program);
  return program;
}

/** Throws when this user may not run the program. */
export async function checkRunnable(program: string): Promise<void> {
  try {
    await access(program, constants.X_OK);
  } catch (error) {
    throw new EngineError(
      'unavailable',
      `Claude Code's program may not be run by this user: ${program}. Make it executable (chmod +x), or install the ` +
        "template's dependencies again.",
      { retryable: false, cause: error },
    );
  }
}

function resolveExecutable(): string {
  const platform = `${process.platform}-${process.arch}`;
  const requireFromSdk = createRequire(fileURLToPath(import.meta.resolve(SDK)));
  const program = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const names = process.platform === 'linux' ? [platform, `${platform}-musl`] : [platform];
  for (const name of preferInstalledLibc(names)) {
    try {
      return requireFromSdk.resolve(`${SDK}-${name}/${program}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  throw new EngineError(
    'internal',
    `Claude Code for ${platform} is not installed: it is an optional dependency of ${SDK}. ` +
      'Install again without leaving out optional dependencies (no --omit=optional, no --no-optional).',
  );
}

/** What `claude --version` prints, for example `2.1.330 (Claude Code)`. */
export async function readVersion(executable: string, home: string): Promise<string> {
  const options = {
    timeout: VERSION_TIMEOUT_MS,
    env: { HOME: home, CLAUDE_CONFIG_DIR: home, DISABLE_AUTOUPDATER: '1' },
  };
  const { stdout } = await promisify(execFile)(executable, ['--version'], options);
  return stdout.trim();
}

/** A package manager may install both Linux builds; only one of them fits the C library of this machine. */
function preferInstalledLibc(names: readonly string[]): readonly string[] {
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  const isMusl = process.platform === 'linux' && report.header?.glibcVersionRuntime === undefined;
  return isMusl ? names.toReversed() : names;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
}
