import type { ConfigProblem } from './config-error.js';

/** Writes problems for a person: a headline, then three lines for each. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const blocks = problems.map((problem) => [headline(problem), ...details(problem)].join('\n    '));
  return [`The configuration has ${count}:`, ...blocks].join('\n  ');
}

/** `config.yaml:7:9`, as editors and terminals understand it, or where else the problem is. */
export function formatPlace(problem: ConfigProblem): string {
  if (problem.file === undefined) return 'environment';
  return [problem.file, problem.line, problem.column].filter((piece) => piece !== undefined).join(':');
}

function headline(problem: ConfigProblem): string {
  return problem.path === '' ? formatPlace(problem) : `${formatPlace(problem)}  ${problem.path}`;
}

function details(problem: ConfigProblem): string[] {
  return [`wanted ${problem.wanted}; found ${problem.found}`, `-> ${problem.remedy}`];
}
