import { join } from 'node:path';
import { APPLICATION_OPERATIONS, OPERATIONS } from '../judge/operations.ts';
import { installOnce } from './install-once.ts';
import { CURRENT, type Kit, LEGACY, OWN_CHOICE } from './kit.ts';
import { programPath, VERSIONS } from './versions.ts';

const { 'a2a-sdk': sdk, 'google-adk': adk, crewai, 'strands-agents': strands } = VERSIONS;
const langchain = VERSIONS['langchain-remote-a2a-agent'];

/** The official Python client, current and legacy, and the applications that stand on it; all from PyPI. */
export const PYTHON_KITS: readonly Kit[] = [
  pythonKit('python-1', 'client_1.py', `a2a-sdk[grpc]==${sdk.current}`, {
    overs: [...CURRENT, ...LEGACY],
    operations: OPERATIONS,
  }),
  pythonKit('python-0.3', 'client_0_3.py', `a2a-sdk[grpc]==${sdk.legacy}`, { overs: LEGACY, operations: OPERATIONS }),
  // It refuses a card that names another origin, and gRPC has a port of its own.
  { ...application('adk', `google-adk[a2a]==${adk}`), refusesGrpc: true },
  application('langchain', `langchain-remote-a2a-agent==${langchain}`),
  application('strands', `strands-agents[a2a]==${strands}`),
  // It polls unless a stream is chosen; both are played.
  application('crewai', `crewai[a2a]==${crewai}`, {
    'chunks-streamed': (over) => APPLICATION_OPERATIONS['chunks']?.(over),
  }),
];

function application(name: string, requirement: string, more: Kit['operations'] = {}): Kit {
  return pythonKit(name, `${name}_application.py`, requirement, {
    overs: OWN_CHOICE,
    operations: { ...APPLICATION_OPERATIONS, ...more },
  });
}

function pythonKit(name: string, program: string, requirement: string, plays: Pick<Kit, 'overs' | 'operations'>): Kit {
  return {
    name,
    title: requirement,
    ...plays,
    async install(directory) {
      const python = join(directory, 'bin/python');
      await installOnce(directory, [
        ['python3', '-m', 'venv', directory],
        [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement],
      ]);
      return [python, programPath(`python/${program}`)];
    },
  };
}
