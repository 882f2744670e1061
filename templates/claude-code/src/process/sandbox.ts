import { join } from 'node:path';
import type { SandboxSettings } from '@anthropic-ai/claude-agent-sdk';
import type { ClaudeCodeConfig } from '../config.js';
import type { EngineFolders } from '../folders.js';

/**
 * How the operating system confines the commands of a turn, if `sandbox.enabled` is set: they read nothing of the runtime and of other
 * owners, write only to the working directory, and reach only the listed hosts. If it cannot be set up, no turn begins.
 */
export function sandboxFor(
  workDir: string,
  { sandbox, additional_directories: additional }: ClaudeCodeConfig,
  { hidden, claude, home, shellStart }: EngineFolders,
): { readonly sandbox?: SandboxSettings } {
  if (!sandbox.enabled) return {};
  return {
    sandbox: {
      enabled: true,
      failIfUnavailable: true,
      allowUnsandboxedCommands: false,
      ...(sandbox.nested && { enableWeakerNestedSandbox: true }),
      filesystem: {
        denyRead: [...hidden],
        // The shell's own files are inside the directory of the runtime.
        allowRead: [workDir, home, shellStart, join(claude, 'shell-snapshots'), ...additional],
        allowWrite: [workDir, ...additional],
      },
      network: { allowedDomains: [...sandbox.allowed_domains], strictAllowlist: true },
    },
  };
}
