import type { JsonObject } from '@molecule/adapters';
import { errorRateOf, lastErrorOf, type Work } from '../work/work.js';

export interface HeartbeatOptions {
  /** What the processes of the workspace have at hand together. */
  readonly work: () => Promise<Work>;
  /** What the turns of this month have cost, in cents of a US dollar; 0: that is not known. */
  readonly monthlySpend: () => Promise<number>;
  readonly turnIdleTimeoutMs: number;
}

/**
 * What the agent does in place of the platform, in the words of its `RuntimeCapabilities`: turns are retried here. With `session` the platform
 * would no longer queue a message whose connection breaks, and a delegation would fail with its peer's process.
 */
const CAPABILITIES: JsonObject = {
  heartbeat: false,
  scheduler: false,
  session: false,
  status_mgmt: false,
  retry: true,
  activity_decoration: false,
  channel_dispatch: false,
};

/** The bodies of the heartbeats, without the workspace's id. The uptime is that of the process that speaks. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #bootedAt = performance.now();

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  async body(): Promise<JsonObject> {
    const { monthlySpend, turnIdleTimeoutMs } = this.#options;
    const spend = await monthlySpend();
    const work = await this.#options.work();
    const { trouble } = work;
    return {
      error_rate: errorRateOf(work),
      sample_error: trouble ?? lastErrorOf(work),
      active_tasks: work.active,
      uptime_seconds: Math.round((performance.now() - this.#bootedAt) / 1000),
      current_task: work.current?.summary ?? '',
      runtime_metadata: {
        capabilities: CAPABILITIES,
        idle_timeout_seconds: Math.ceil(turnIdleTimeoutMs / 1000),
      },
      ...(spend > 0 && { monthly_spend: spend }),
      ...(trouble !== undefined && { runtime_state: 'wedged' }),
    };
  }
}
