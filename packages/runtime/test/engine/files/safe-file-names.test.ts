import { expect, test } from 'vitest';
import { safeFileNames } from '../../../src/engine/files/safe-file-names.js';

test.each([
  ['notes.txt', 'notes.txt'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\a b (1).pdf', 'a_b_1_.pdf'],
  ['/', 'file-1'],
  ['..', 'file-1'],
  ['…', 'file-1'],
  ['.env', 'env'],
  ['-rf', 'rf'],
  ['%2e%2e%2fx', '_2e_2e_2fx'],
  ['a\0b\nc\u202etxt.exe', 'a_b_c_txt.exe'],
  ['half a \ud800 pair', 'half_a_pair'],
  ['con.txt', '_con.txt'],
  ['Grüße हिन्दी 日本語.md', 'Grüße_हिन्दी_日本語.md'],
  ['u\u0308.md', 'ü.md'],
  ['x...', 'x'],
])('%j lies under the name %j', (name, safe) => {
  expect(safeFileNames([{ name }])).toEqual([safe]);
});

test('a name that is too long for a file system is shortened and keeps its extension', () => {
  const [long = '', odd = ''] = safeFileNames([
    { name: `${'ä🦊語'.repeat(100)}.tar.gz` },
    { name: `a.${'b'.repeat(400)}` },
  ]);
  expect(long).toMatch(/^[ä_語]+\.gz$/);
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(120);
  expect(odd).toHaveLength(120);
});

test('files without a name, or with names that differ only in case, get different names', () => {
  const files = [
    { mediaType: 'image/png' },
    { name: 'A.txt' },
    { name: 'x/a.TXT' },
    { name: '2-a.txt' },
    { name: 'a.txt' },
  ];
  expect(safeFileNames(files)).toEqual(['file-1.png', 'A.txt', '2-a.TXT', '2-2-a.txt', '3-a.txt']);
  expect(safeFileNames(files)).toEqual(safeFileNames(files));
});
