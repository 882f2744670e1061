import type { RuntimeTool } from '@molecule/adapters';

/** Whether tools of these names hand work to others. */
export function mayDelegate(names: readonly string[]): boolean {
  return names.some((name) => name === 'delegate_task' || name === 'route_task_to_team');
}

/**
 * The tools that the engine gets: those that `tools` of `config.yaml` names. When it names none, a member of a team gets
 * all of them, and an agent that stands alone none: they would only cost it tokens.
 */
export function selectTools(
  all: readonly RuntimeTool[],
  named: readonly string[],
  hasTeam: boolean,
): readonly RuntimeTool[] {
  if (named.length === 0) return hasTeam ? all : [];
  return all.filter(({ name }) => named.includes(name));
}
