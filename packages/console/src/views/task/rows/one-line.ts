const MOST = 200;

/** A value in one short line: `{ "query": "orders" }` as `query: orders`. */
export function oneLine(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.slice(0, MOST).replace(/\s+/g, ' ');
  if (typeof value !== 'object' || Array.isArray(value)) return JSON.stringify(value).slice(0, MOST);
  const fields = Object.entries(value).map(([name, field]) => {
    const shown = typeof field === 'string' ? field.slice(0, MOST) : (JSON.stringify(field) ?? '').slice(0, MOST);
    return `${name}: ${shown}`;
  });
  return fields.join('  ').slice(0, MOST).replace(/\s+/g, ' ');
}
