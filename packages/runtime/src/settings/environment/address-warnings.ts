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
