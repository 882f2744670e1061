import { type MeterProvider, metrics } from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { pushMetrics } from '../../src/telemetry/push-metrics.js';

afterEach(() => metrics.disable());

it('what became of push notifications is counted by outcome', () => {
  const counted: unknown[] = [];
  const createCounter = (name: string) => ({ add: (...added: unknown[]) => counted.push([name, ...added]) });
  metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter }) } as unknown as MeterProvider);
  const count = pushMetrics();
  count('delivered');
  count('failed');
  expect(counted).toEqual([
    ['molecule.push.deliveries', 1, { outcome: 'delivered' }],
    ['molecule.push.deliveries', 1, { outcome: 'failed' }],
  ]);
});

it('without a meter provider nothing happens', () => {
  expect(() => pushMetrics()('disabled')).not.toThrow();
});
