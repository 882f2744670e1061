import { run } from '../run-program.ts';

/** A program that builds and runs images, with the options that it needs on this machine. */
export interface ContainerEngine {
  readonly name: string;
  /** The program and its options before the command. */
  readonly command: readonly [string, ...string[]];
  /** Options of `build`. */
  readonly build: readonly string[];
}

/** Builds and runs reach the registry and the model on loopback, so they use the network of the machine. */
const HOST_NETWORK = ['--network', 'host'];

const ENGINES: readonly ContainerEngine[] = [
  { name: 'docker', command: ['docker'], build: HOST_NETWORK },
  {
    name: 'podman',
    // These need neither systemd nor the unified hierarchy of control groups.
    command: ['podman', '--cgroup-manager', 'cgroupfs', '--runtime', 'runc'],
    build: [...HOST_NETWORK, '--isolation', 'chroot'],
  },
];

/** @throws {Error} if the engine, or each of the known ones, cannot be used here */
export async function findContainerEngine(wanted: string | undefined): Promise<ContainerEngine> {
  const known = ENGINES.filter(({ name }) => wanted === undefined || name === wanted);
  for (const engine of known) if (await works(engine)) return engine;
  const names = ENGINES.map(({ name }) => name).join(' or ');
  throw new Error(
    `${wanted ?? names} does not work here. Install ${names} (Debian: apt install podman runc catatonit).`,
  );
}

/** The arguments of `run` for an image, as the README of each template recommends, but with nothing that it may write elsewhere. */
export function readOnlyRun(name: string, environment: Readonly<Record<string, string>>): readonly string[] {
  const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  // A limit that the engine would raise itself may be refused in a container.
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'];
  const readOnly = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];
  return ['run', '--detach', '--init', '--name', name, ...HOST_NETWORK, ...limits, ...readOnly, ...variables];
}

async function works({ command: [program, ...before] }: ContainerEngine): Promise<boolean> {
  const { code } = await run(program, [...before, 'info'], '/').catch(() => ({ code: 127 }));
  return code === 0;
}
