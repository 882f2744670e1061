/** A parsed permission rule: `Tool` or `Tool(specifier)`. */
export interface PermissionRule {
  /** The tool's name; `*` stands for any characters. */
  readonly tool: string;
  /** What the call must be about: a command, a path, or `domain:` and a host. Absent: any call. */
  readonly specifier?: string;
}

/** The rules of a workspace, in the three lists of `runtime_config.permissions`. */
export interface PermissionRules {
  readonly allow: readonly PermissionRule[];
  readonly ask: readonly PermissionRule[];
  readonly deny: readonly PermissionRule[];
}

/** Tools whose rules may have a specifier, and the part of the input with which it is compared. */
export const SPECIFIER_KINDS: Readonly<Record<string, 'command' | 'path' | 'domain'>> = {
  Bash: 'command',
  Read: 'path',
  Edit: 'path',
  Write: 'path',
  NotebookEdit: 'path',
  Glob: 'path',
  Grep: 'path',
  WebFetch: 'domain',
};

/** Parses a rule, or returns what is wrong with it: a rule without effect must not appear to protect. */
export function parseRule(text: string): PermissionRule | string {
  const match = /^([A-Za-z_][A-Za-z0-9_*-]*)(?:\((.+)\))?$/s.exec(text.trim());
  const tool = match?.[1];
  if (tool === undefined) return `"${text}" is not a rule: write Tool or Tool(specifier), for example Bash(git status)`;
  const specifier = match?.[2];
  if (specifier === undefined) return { tool };
  const kind = SPECIFIER_KINDS[tool];
  if (kind === undefined) {
    return `"${text}": ${tool} takes no specifier; only ${Object.keys(SPECIFIER_KINDS).join(', ')} do`;
  }
  if (kind === 'domain' && !specifier.startsWith('domain:')) {
    return `"${text}": write WebFetch(domain:example.com)`;
  }
  return { tool, specifier };
}
