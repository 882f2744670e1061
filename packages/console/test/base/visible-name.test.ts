import { expect, it } from 'vitest';
import { safeFileName, visibleName } from '../../src/base/visible-name.js';

it('writes out what a name hides', () => {
  expect(visibleName('invoice_\u202Efdp.exe')).toBe('invoice_[U+202E]fdp.exe');
  expect(visibleName('a\u200Bb\u0000c\u2066')).toBe('a[U+200B]b[U+0000]c[U+2066]');
  expect(visibleName('Übersicht 日本.pdf')).toBe('Übersicht 日本.pdf');
});

it.each([
  ['../../etc/passwd', '__.._etc_passwd'],
  ['invoice_\u202Efdp.exe', 'invoice__fdp.exe'],
  ['a"><script>.html', 'a___script_.html'],
  ['', 'file'],
  ['...', '_'],
])('makes a name for a downloaded file of %j', (name, safe) => {
  expect(safeFileName(name)).toBe(safe);
});
