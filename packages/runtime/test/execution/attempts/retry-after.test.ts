import { expect, it } from 'vitest';
import { connect, failureOf, send, stateOf, textOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';

const FAST = { MOLECULE_RETRY_INITIAL: '1ms', MOLECULE_RETRY_MAX: '5ms' };
const DAY = 24 * 3_600_000;

it.each([
  ['an hour', 3_600_000, 3_600_000],
  ['25 days, which a timer cannot hold', 25 * DAY, 25 * DAY],
  ['a number that no date can hold', Number.MAX_VALUE, 30 * DAY],
])(
  'if a provider requests a wait of %s, the turn fails at once, and the error states when to retry',
  async (_, asked, told) => {
    const { adapter, turns } = playAdapter();
    const { logger, lines } = recordingLogger();
    await using runtime = await startTestRuntime({ adapter, environment: FAST, logger });
    const before = Date.now();
    const task = await send(
      await connect(runtime.url),
      play({ fail: 'rate-limit', retryAfterMs: asked, message: 'Too many.' }),
    );
    expect([stateOf(task), failureOf(task), turns.length]).toEqual(['failed', 'ENGINE_RATE_LIMIT', 1]);
    const at = String(task.metadata?.['molecule.retryAfter']);
    expect(Date.parse(at)).toBeGreaterThanOrEqual(before + told);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now() + told);
    expect(textOf(task.status?.message?.parts ?? [])).toMatch(
      /^Too many\. The provider asks to wait .*: send the message again after /,
    );
    const clamped = lines.filter(({ message }) => message.includes('was shortened'));
    expect(clamped.map(({ fields }) => fields['askedMs'])).toEqual(told === asked ? [] : [asked]);
  },
);

it.each([Number.NaN, -5, 0])('a requested wait of %d is ignored', async (retryAfterMs) => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: FAST });
  const steps = play({ fail: 'overloaded', retryAfterMs, onAttempts: [1, 2] }, { say: 'ok' });
  expect(stateOf(await send(await connect(runtime.url), steps))).toBe('completed');
  expect(new Set(turns.map(({ turn }) => turn.attempt)).size).toBe(3);
});
