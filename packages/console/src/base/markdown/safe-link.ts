const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** The address if it is a complete web or mail address; everything else (scripts, files, relative paths) is no link. */
export function safeLink(address: string | undefined | null): string | undefined {
  if (typeof address !== 'string' || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return PROTOCOLS.has(url.protocol) ? url.href : undefined;
}
