import { isPathTool, type PathScope } from './path-scope.js';
import { type PermissionRule, type PermissionRules, SPECIFIER_KINDS } from './rule.js';
import { matchesWildcard } from './wildcard.js';

export type Verdict = 'allow' | 'ask' | 'deny';

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Reads one of the workspace's own skills to the model; what the skill then has it do is decided by itself. */
export const SKILL_TOOL = 'Skill';

/** Characters with which one shell line becomes several commands, or runs one inside another. */
const SHELL_CONTROL = /[;&|<>`$()\n\r]/;

/** Decides whether a tool call runs, needs approval, or never runs. A call that no rule names needs approval. */
export class PermissionPolicy {
  readonly #rules: PermissionRules;
  readonly #scope: PathScope;

  constructor(rules: PermissionRules, scope: PathScope) {
    this.#rules = rules;
    this.#scope = scope;
  }

  decide(call: ToolCall): Verdict {
    if (this.#isHidden(call)) return 'deny';
    if (this.#rules.deny.some((rule) => this.#restricts(rule, call))) return 'deny';
    if (this.#rules.ask.some((rule) => this.#restricts(rule, call))) return 'ask';
    if (call.name === SKILL_TOOL) return 'allow';
    return this.#rules.allow.some((rule) => this.#permits(rule, call)) ? 'allow' : 'ask';
  }

  /** No person who approves a call of one owner may open the files of another. */
  #isHidden({ name, input }: ToolCall): boolean {
    return isPathTool(name) && this.#scope.pathsOf(name, input).some((path) => this.#scope.isHidden(path, name));
  }

  /** A restriction holds for any part of the call that fits. */
  #restricts(rule: PermissionRule, call: ToolCall): boolean {
    if (!matchesWildcard(rule.tool, call.name)) return false;
    const { specifier } = rule;
    return specifier === undefined || this.#subjects(call, 'any').some((subject) => fits(call, specifier, subject));
  }

  /** A permission holds only when all of the call fits. */
  #permits(rule: PermissionRule, call: ToolCall): boolean {
    if (!matchesWildcard(rule.tool, call.name)) return false;
    const { specifier } = rule;
    if (specifier !== undefined) {
      const subjects = this.#subjects(call, 'whole');
      return (
        subjects.length > 0 && subjects.every((subject) => fits(call, specifier, subject) && isPlain(call, specifier))
      );
    }
    if (!isPathTool(call.name)) return true;
    return this.#scope.pathsOf(call.name, call.input).every((path) => this.#scope.contains(path, call.name));
  }

  #subjects(call: ToolCall, reading: 'any' | 'whole'): readonly string[] {
    const kind = SPECIFIER_KINDS[call.name];
    if (kind === 'path') return this.#scope.pathsOf(call.name, call.input);
    if (kind === 'domain') return hostOf(call.input['url']);
    const { command } = call.input;
    if (kind !== 'command' || typeof command !== 'string') return [];
    const line = command.trim();
    if (reading === 'any') return [line, ...line.split(SHELL_CONTROL).map((piece) => piece.trim())];
    return [line];
  }
}

function fits(call: ToolCall, specifier: string, subject: string): boolean {
  if (SPECIFIER_KINDS[call.name] === 'domain') {
    const domain = specifier.slice('domain:'.length).toLowerCase();
    return subject === domain || subject.endsWith(`.${domain}`);
  }
  return matchesWildcard(specifier, subject);
}

/** `Bash(git log *)` must not let `git log; rm -rf .` through. A rule that spells the whole line out means it. */
function isPlain(call: ToolCall, specifier: string): boolean {
  const { command } = call.input;
  return call.name !== 'Bash' || command === specifier || !SHELL_CONTROL.test(String(command).trim());
}

function hostOf(url: unknown): readonly string[] {
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  return [new URL(url).hostname.toLowerCase()];
}
