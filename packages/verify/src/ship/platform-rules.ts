/** A rule of the platform that a template breaks. */
export interface PlatformFault {
  readonly file: string;
  /** Completes "must". */
  readonly wanted: string;
  readonly remedy: string;
}

/** The contents of the files that the platform's validator reads; undefined: there is no such file. */
export interface PlatformFiles {
  readonly dockerfile: string | undefined;
  readonly config: string | undefined;
  readonly requirements: string | undefined;
}

/** A rule for the Dockerfile. */
interface Rule {
  readonly holds: (dockerfile: string) => boolean;
  readonly wanted: string;
  readonly remedy: string;
}

/** The Python package that the platform's own templates install. A Dockerfile that runs another one names it in a comment. */
const RUNTIME = 'molecule-ai-workspace-runtime';
/** The versions of its schema for `config.yaml` that the platform knows. */
const SCHEMA_VERSIONS: readonly number[] = [1];

const ENDS: readonly string[] = ['ENTRYPOINT', 'CMD'];
/** Scripts that a template may end at; they start the runtime. */
const SCRIPTS: readonly string[] = ['entrypoint.sh', 'start.sh'];

const RULES: readonly Rule[] = [
  {
    holds: (text) => /^FROM python:3\.11-slim\b/m.test(text),
    wanted: 'have a stage FROM python:3.11-slim',
    remedy: 'use the image recipe of docs/platform.md',
  },
  {
    holds: (text) => /^ARG RUNTIME_VERSION/m.test(text),
    wanted: 'declare ARG RUNTIME_VERSION',
    remedy: 'write ARG RUNTIME_VERSION= before the installation of the runtime',
  },
  {
    holds: (text) => /\$\{?RUNTIME_VERSION\}?/.test(text),
    wanted: 'use RUNTIME_VERSION',
    remedy: 'install that version of @molecule/runtime if it is set',
  },
  {
    holds: (text) => linesOf(text).some((line) => line.includes('useradd') && wordsOf(line).includes('agent')),
    wanted: 'create the user agent',
    remedy: 'write RUN useradd -u 1000 -m -s /bin/bash agent',
  },
  {
    holds: (text) =>
      linesOf(text).some((line) => {
        const [instruction = '', program = ''] = wordsOf(line);
        if (!ENDS.includes(instruction)) return false;
        const isScript = SCRIPTS.some((script) => program.endsWith(script));
        return program === 'molecule-runtime' || (instruction === 'ENTRYPOINT' && isScript);
      }),
    wanted: 'end at molecule-runtime',
    remedy: 'write ENTRYPOINT ["molecule-runtime"], which is the same as molecule start',
  },
];

/**
 * What the validator of a Molecule platform (`validate-workspace-template.py`, schema version 1) would report as an error. A Dockerfile that
 * is missing is no error there.
 */
export function platformFaults({ dockerfile, config, requirements }: PlatformFiles): readonly PlatformFault[] {
  const faults: PlatformFault[] = [];
  if (dockerfile !== undefined) {
    for (const { holds, wanted, remedy } of RULES) {
      if (!holds(dockerfile)) faults.push({ file: 'Dockerfile', wanted, remedy });
    }
    if (![dockerfile, requirements ?? ''].some((text) => text.includes(RUNTIME))) {
      faults.push({
        file: 'Dockerfile',
        wanted: `name ${RUNTIME}`,
        remedy: 'name it in a comment, as the recipe does',
      });
    }
  }
  if (requirements !== undefined && !requirements.includes(RUNTIME)) {
    const remedy = `add ${RUNTIME}, or delete the file`;
    faults.push({ file: 'requirements.txt', wanted: `name ${RUNTIME}`, remedy });
  }
  return [...faults, ...configFaults(config ?? '')];
}

/** Only lines without indentation are keys of the whole file. */
function configFaults(config: string): readonly PlatformFault[] {
  const file = 'config.yaml';
  const value = (key: string) => new RegExp(`^${key}:[ \\t]*([^#\\n]*)`, 'm').exec(config)?.[1]?.trim();
  const missing = ['name', 'runtime'].filter((key) => (value(key) ?? '') === '');
  const faults = missing.map((key) => ({ file, wanted: `have the key ${key}`, remedy: `add ${key}` }));
  const version = value('template_schema_version');
  if (version !== undefined && SCHEMA_VERSIONS.includes(Number(version)) && /^\d+$/.test(version)) return faults;
  const wanted = `have template_schema_version ${SCHEMA_VERSIONS.join(' or ')}`;
  return [...faults, { file, wanted, remedy: 'write template_schema_version: 1; the runtime ignores the key' }];
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}

/** The words of an instruction, also of one that is written as a list. */
function wordsOf(line: string): readonly string[] {
  return line.split(/[\s",[\]]/).filter((word) => word !== '');
}
