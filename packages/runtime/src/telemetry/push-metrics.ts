import { metrics } from '@opentelemetry/api';

/**
 * Counts what became of push notifications, under `molecule.push.deliveries` with the attribute `outcome`. It is exported if the program
 * that embeds the runtime has installed a meter provider of OpenTelemetry.
 */
export function pushMetrics(): (outcome: string) => void {
  const counter = metrics.getMeter('@molecule/runtime').createCounter('molecule.push.deliveries', {
    description: 'Tries to deliver a push notification',
    unit: '{delivery}',
  });
  return (outcome) => counter.add(1, { outcome });
}
