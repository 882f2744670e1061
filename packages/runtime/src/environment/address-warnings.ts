const EVERY_ADDRESS = ['0.0.0.0', '::', '[::]'];

/** True for a host that means every address of the machine: none of them can be told to others. */
export function isEveryAddress(host: string): boolean {
  return EVERY_ADDRESS.includes(host);
}

/** A sentence for an address that others will read on the card and cannot use. */
export function addressWarnings(host: string, publicUrl: string | undefined): string[] {
  if (!isEveryAddress(host) || publicUrl !== undefined) return [];
  return [
    `the card says http://localhost, since the agent listens on every address (${host}) and does not know how others reach it: callers on other machines will call themselves; set MOLECULE_PUBLIC_URL`,
  ];
}
