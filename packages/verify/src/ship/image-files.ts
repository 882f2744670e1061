/** What keeps a file of the project out of the image; `undefined` if the image contains it. */
export function lostInImage(file: string, dockerfile: string, ignore: string): '.dockerignore' | 'COPY' | undefined {
  if (isIgnored(file, ignore)) return '.dockerignore';
  return copiedSources(dockerfile).some((source) => covers(source, file)) ? undefined : 'COPY';
}

/** The sources of `COPY` in the project, without those in another stage. */
function copiedSources(dockerfile: string): readonly string[] {
  return dockerfile
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .filter((line) => /^\s*(?:COPY|ADD)\s/i.test(line) && !/\s--from=/.test(line))
    .flatMap((line) => words(line).slice(1, -1))
    .map((source) => source.replace(/^\.?\//, '').replace(/\/$/, ''));
}

function words(line: string): readonly string[] {
  const [from, to] = [line.indexOf('['), line.lastIndexOf(']')];
  const list = from !== -1 && to > from ? line.slice(from + 1, to) : undefined;
  if (list !== undefined) return ['COPY', ...list.split(',').map((word) => word.trim().replaceAll('"', ''))];
  return line
    .trim()
    .split(/\s+/)
    .filter((word) => !word.startsWith('--'));
}

/** The last rule of a `.dockerignore` that matches a file decides. */
function isIgnored(file: string, ignore: string): boolean {
  let ignored = false;
  for (const line of ignore.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const isException = line.startsWith('!');
    const pattern = line
      .replace(/^!/, '')
      .replace(/^\.?\//, '')
      .replace(/\/$/, '');
    if (covers(pattern, file)) ignored = !isException;
  }
  return ignored;
}

/** True if a pattern matches the file, or a directory above it. */
function covers(pattern: string, file: string): boolean {
  if (pattern === '' || pattern === '.') return true;
  const parts = file.split('/');
  const form = new RegExp(`^${pattern.split('/').map(segment).join('')}$`);
  return parts.some((_, depth) => form.test(`/${parts.slice(0, depth + 1).join('/')}`));
}

function segment(text: string): string {
  if (text === '**') return '(?:/[^/]+)*';
  const escaped = text
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return `/${escaped}`;
}
