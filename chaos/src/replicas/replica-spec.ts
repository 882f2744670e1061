import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentSpec } from '../agent.ts';
import type { Subject } from '../subjects/subject.ts';
import { SECOND_KEY } from './work-lines.ts';

/** How one of several replicas of a subject is started: with a state directory and a work directory of its own. */
export async function replicaSpec(
  { spec }: Subject,
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<AgentSpec> {
  const work = join(directory, 'work');
  await mkdir(work, { recursive: true });
  return {
    ...spec,
    stateDir: join(directory, 'state'),
    environment: { ...spec.environment, MOLECULE_WORK_DIR: work, LOG_LEVEL: 'info', ...environment },
  };
}

/** The key of the second replica for its model, which tells its requests from those of the first one. */
export function secondKey({ keyVariable }: Subject): Readonly<Record<string, string>> {
  return keyVariable === undefined ? {} : { [keyVariable]: SECOND_KEY };
}
