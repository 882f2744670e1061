/** An IPv6 address without the brackets of a URL, as sockets take it; any other host unchanged. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** A host as a URL has it: an IPv6 address in brackets. */
export function urlHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
