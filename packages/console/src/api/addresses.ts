/** Where the page is served, always with a slash at the end: `<base path>/console/`. */
export const consoleUrl = new URL('./', document.baseURI);

/** The agent's own address, below which A2A is served. */
export const agentUrl = new URL('../', consoleUrl);

export type Query = Readonly<Record<string, string | number | undefined>>;

/** An address of the read API; parameters without a value are left out. */
export function apiUrl(path: string, query: Query = {}): URL {
  const url = new URL(`api/${path}`, consoleUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  return url;
}
