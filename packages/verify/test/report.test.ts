import { expect, test } from 'vitest';
import { makeReport } from '../src/verify-report.js';

test('the badge shows whether checks failed', () => {
  const result = { name: 'pack', detail: '', ms: 0 };
  const one = { name: 'a', version: '1.0.0' };
  expect(makeReport(one, [{ ...result, status: 'skip' }])).toMatchObject({
    ok: true,
    badge: '![molecule: verified](https://img.shields.io/badge/molecule-verified-brightgreen)',
  });
  expect(makeReport(one, [{ ...result, status: 'fail' }])).toMatchObject({
    ok: false,
    badge: '![molecule: 1 failed](https://img.shields.io/badge/molecule-1%20failed-red)',
  });
});
