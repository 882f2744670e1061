import type { RuntimeSettings } from './runtime-settings.js';

const EVERY_ADDRESS = ['0.0.0.0', '::', '[::]'];

/** True for a host that stands for every address of the machine, so that no single address can be published. */
export function isEveryAddress(host: string): boolean {
  return EVERY_ADDRESS.includes(host);
}

/** A warning if the card would show an address that other machines cannot use. */
export function addressWarnings(host: string, publicUrl: string | undefined): string[] {
  if (!isEveryAddress(host) || publicUrl !== undefined) return [];
  return [
    `the agent listens on every address (${host}) and no public URL is set, so its card says http://localhost, and callers on other machines would call themselves; set MOLECULE_PUBLIC_URL`,
  ];
}

/** A warning if the platform would be given the address of one of several replicas. */
export function replicaWarnings(
  { platformUrl, taskStore }: Pick<RuntimeSettings, 'platformUrl' | 'taskStore'>,
  publicUrl: string | undefined,
): string[] {
  if (platformUrl === undefined || taskStore !== 'postgres' || publicUrl !== undefined) return [];
  return [
    'the tasks are in a database, which several replicas may share, and no public URL is set, so the platform is given the address of the replica that speaks for the workspace; set MOLECULE_PUBLIC_URL to the address of the load balancer',
  ];
}
