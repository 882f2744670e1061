/** True if tools of these names can delegate work. */
export function mayDelegate(names: readonly string[]): boolean {
  return names.some((name) => name === 'delegate_task' || name === 'route_task_to_team');
}

/**
 * The tools that the engine gets: those that `tools` in `config.yaml` names. If it names none, a member of a team gets all
 * of them. An agent without a team gets none, because they would only cost tokens.
 */
export function selectTools<Tool extends { readonly name: string }>(
  all: readonly Tool[],
  named: readonly string[],
  hasTeam: boolean,
): readonly Tool[] {
  if (named.length === 0) return hasTeam ? all : [];
  return all.filter(({ name }) => named.includes(name));
}
