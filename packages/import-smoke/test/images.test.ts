import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, TEMPLATES } from '../src/workspace.ts';

// No image is built here. These tests cover faults that were found in built images.

describe.for(TEMPLATES)('the image of %s', (template) => {
  const dockerfile = readFileSync(join(root, 'templates', template, 'Dockerfile'), 'utf8');
  const readme = readFileSync(join(root, 'templates', template, 'README.md'), 'utf8');
  const [build = '', final = ''] = dockerfile.split(/^(?=FROM )/m);

  test('reaches a Temporal over TLS, because it has the certificate authorities that the native client uses', () => {
    expect(final).toMatch(/apt-get install [^\n]*\bca-certificates\b/);
  });

  test('has a pinned base and only the production dependencies of the lock file', () => {
    expect([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)).toEqual([
      expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/),
      expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/),
    ]);
    expect(build).toMatch(/^RUN npm ci /m);
    expect(build).toContain('npm prune --omit=dev');
    expect(final).toContain('COPY --from=build /agent ./');
  });

  test('runs the program directly as the user node, with its state in a volume', () => {
    expect(final).toContain('CMD ["node_modules/.bin/molecule", "start"]');
    expect(final).toMatch(/^USER node$/m);
    expect(final).toMatch(/^VOLUME \/data$/m);
    expect(final).toContain('MOLECULE_STATE_DIR=/data');
  });

  test('is started as its README shows, with a token that the user knows and with time to drain', () => {
    const [line = ''] = /^docker run [\s\S]*?[^\\]$/m.exec(readme) ?? [];
    expect(line).toContain('-e MOLECULE_TOKENS=me:$TOKEN');
    expect(line).toContain('-e MOLECULE_PUBLIC_URL=http://localhost:8000 -p 8000:8000');
    // 25 s for the turns, and 10 s for closing files and engines.
    expect(Number(/--stop-timeout (\d+)/.exec(line)?.[1])).toBeGreaterThan(35);
    expect(readme).toContain('TEMPORAL_HOST');
  });
});
