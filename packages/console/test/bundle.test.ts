import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const PAGE = fileURLToPath(new URL('../dist/page/', import.meta.url));
const MOST_BYTES = 200_000;

const html = readFileSync(join(PAGE, 'index.html'), 'utf8');
const assets = readdirSync(join(PAGE, 'assets'));
const code = (name: string) => readFileSync(join(PAGE, 'assets', name), 'utf8');

/** A script with all that it imports at once, and the styles of these. */
function needed(name: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, other = ''] of code(name).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+)["']/g)) needed(other, found);
  return found;
}

describe('the built page', () => {
  it(`needs at most ${MOST_BYTES / 1000} kB for its first view`, () => {
    const [entry = ''] = [...html.matchAll(/src="\.\/assets\/([\w.-]+\.js)"/g)].map(([, name = '']) => name);
    const list = assets.find((name) => /^TasksView-.*\.js$/.test(name)) ?? '';
    const scripts = new Set([...needed(entry), ...needed(list)]);
    const styles = assets.filter((name) => /^(index|TasksView)-.*\.css$/.test(name));
    const bytes = [...scripts, ...styles].reduce((sum, name) => sum + gzipSync(code(name)).length, 0);
    expect(styles).toHaveLength(2);
    expect(scripts.size).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  it('has no inline script or style, and makes no code of text', () => {
    expect(html).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\son\w+=|style=/);
    const makers = assets.filter(
      (name) => name.endsWith('.js') && /\beval\(|new Function\b|\bFunction\(["'`]/.test(code(name)),
    );
    expect(makers).toEqual([]);
  });

  it('loads nothing from elsewhere', () => {
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const styles = assets.filter((name) => name.endsWith('.css'));
    expect(styles.filter((name) => /@import|url\(\s*["']?(?:https?:)?\/\//.test(code(name)))).toEqual([]);
  });

  it('has the licence of every library that is in it', () => {
    const licenses = readFileSync(join(PAGE, 'licenses.md'), 'utf8');
    for (const name of ['react', 'react-dom', '@tanstack/react-router', '@a2a-js/sdk', 'react-markdown']) {
      expect(licenses).toContain(name);
    }
  });
});
