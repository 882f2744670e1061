import type { Task } from '@a2a-js/sdk';
import type { Notifier } from '../push/notification-headers.js';
import { PushCourier } from '../push/push-courier.js';
import { PushSender } from '../push/push-sender.js';
import { AllowedTargets } from '../support/network/guarded/allowed-targets.js';
import type { ShutdownSteps } from '../support/shutdown-steps.js';
import { pushMetrics } from '../telemetry/push-metrics.js';
import type { Agent } from './open-agent.js';

/** What push notifications take from the server. */
export interface PushedFrom {
  readonly notifier: Notifier;
  readonly wholeTask: (taskId: string) => Promise<Task | undefined>;
}

/** Delivers push notifications until the shutdown, unless they are switched off. */
export function openPush({ workspace, store }: Agent, from: PushedFrom, steps: ShutdownSteps): void {
  const { config, settings, logger } = workspace;
  if (!config.a2a.pushNotifications) return;
  const { log, duties, changes } = store;
  const targets = new AllowedTargets(settings.pushAllow);
  const courier = new PushCourier({ log, targets, onOutcome: pushMetrics(), logger, ...from });
  const sender = new PushSender({ deliveries: log.push.deliveries, duties, changes, courier, logger });
  sender.start();
  steps.add('push notifications', () => sender.stop());
}
