import { expect, it } from 'vitest';
import { RefusalLog } from '../../../src/serving/access/refusal-log.js';
import { recordingLogger } from '../../support/recording-logger.js';

it('an attack fills the log with at most 50 lines a minute for each reason, and the rest is counted', () => {
  const { logger, lines } = recordingLogger();
  let now = 0;
  const log = new RefusalLog(logger, { now: () => now });
  for (let count = 0; count < 1_000; count += 1) log.report({ reason: 'expired' }, '192.0.2.1');
  log.report({ reason: 'unknown-key', details: { key: 'k' } }, undefined);
  expect(lines).toHaveLength(51);
  expect(lines[0]?.fields).toEqual({ reason: 'expired', address: '192.0.2.1' });
  expect(lines[50]?.fields).toEqual({ reason: 'unknown-key', key: 'k' });
  now = 60_000;
  log.report({ reason: 'expired' }, '192.0.2.1');
  expect(lines.slice(51).map(({ fields }) => fields['times'] ?? fields['reason'])).toEqual([950, 'expired']);
});

it('a request without credentials is no warning', () => {
  const { logger, lines } = recordingLogger();
  new RefusalLog(logger, { now: () => 0 }).report({ reason: 'no-credentials' }, undefined);
  expect(lines.map(({ level }) => level)).toEqual(['debug']);
});
