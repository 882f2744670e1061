import { describe, expect, test } from 'vitest';
import { createLogger, type LoggerSettings } from '../../../src/telemetry/logging/create-logger.js';

function logTo(settings: Partial<LoggerSettings> = {}, isTTY = false) {
  const lines: string[] = [];
  const logger = createLogger(
    { logLevel: 'info', logFormat: 'auto', secrets: [], ...settings },
    { write: (line) => lines.push(line), isTTY },
  );
  return { logger, lines, json: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the format of a line', () => {
  test('is JSON without a terminal', () => {
    const { logger, json, lines } = logTo();
    logger.info('task started', { taskId: 't1' });
    expect(json()).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), message: 'task started', taskId: 't1' },
    ]);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
  });

  test('has no duplicate key for any field name', () => {
    const { logger, json, lines } = logTo();
    logger.info('failed', { message: 'The server was restarted.', level: 3, time: 4 });
    expect(lines[0]?.match(/"(message|level|time)":/g)).toHaveLength(3);
    expect(json()[0]).toMatchObject({ message: 'failed', level: 'info', messageField: 'The server was restarted.' });
  });

  test('is one readable line on a terminal', () => {
    const { logger, lines } = logTo({}, true);
    logger.info('task started', { taskId: 't1' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/INFO.*task started.*t1.*\n$/s);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
  });

  test('replaces control characters in texts by visible symbols on a terminal', () => {
    const { logger, lines } = logTo({ logFormat: 'pretty' });
    logger.info('the peer said \u001b[2J\u009b1m', {
      name: 'a\u001b]0;x\u0007\\u001b\r',
      error: new Error('bad \u001b[A'),
    });
    const [line = ''] = lines;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(line.trimEnd()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(line).toContain('the peer said \u241b[2J\ufffd1m');
  });

  test('follows the setting', () => {
    const { logger, lines } = logTo({ logFormat: 'json' }, true);
    logger.info('x');
    expect(() => JSON.parse(lines[0] ?? '')).not.toThrow();
  });
});

test('lines below the level are dropped, and children add their fields', () => {
  const { logger, json } = logTo({ logLevel: 'warn' });
  logger.info('no');
  logger.child({ workspace: 'w' }).child({ taskId: 't' }).error('yes');
  expect(json()).toMatchObject([{ workspace: 'w', taskId: 't', message: 'yes', level: 'error' }]);
});

test('errors keep their code, stack and causes in every field', () => {
  const { logger, json } = logTo();
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  logger.error('turn failed', { error: new Error('no model', { cause }), other: new AggregateError([cause], 'many') });
  expect(json()[0]).toMatchObject({
    error: {
      message: 'no model',
      stack: expect.stringContaining('create-logger.test'),
      cause: { code: 'ECONNREFUSED' },
    },
    other: { errors: [{ code: 'ECONNREFUSED' }] },
  });
});

describe('secrets', () => {
  const secrets = ['sk-abc-123456', 'line one\nline "two"', 'p@ss word'];

  test.each([false, true])('are redacted anywhere in a line (on a terminal: %s)', (isTTY) => {
    const { logger, lines } = logTo({ secrets }, isTTY);
    logger.info('key sk-abc-123456 used', { nested: { deep: ['sk-abc-123456'] }, pem: secrets[1] });
    logger.child({ url: 'http://h/?p=p%40ss%20word' }).error('x', { error: new Error('bad sk-abc-123456') });
    const output = lines.join('');
    expect(output).not.toMatch(/sk-abc|line one|p%40ss/);
    expect(output).toContain('[redacted]');
  });

  test('are redacted if only their field or header marks them', () => {
    const { logger, lines, json } = logTo();
    logger.info('got Authorization: Bearer abcdef.12345', {
      headers: { authorization: 'Basic eHl6', 'x-api-key': 'k"ey', accept: '*/*' },
      token: 'tok',
      inputTokens: 12,
    });
    expect(lines[0]).not.toMatch(/abcdef|eHl6|k\\"ey|"tok"/);
    expect(json()[0]).toMatchObject({ inputTokens: 12, headers: { accept: '*/*' } });
  });
});
