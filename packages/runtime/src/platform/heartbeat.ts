import type { JsonObject } from '@molecule/adapters';
import { errorRateOf, lastErrorOf, type Work } from './work.js';

export interface HeartbeatOptions {
  /** What the processes of the workspace have at hand together. */
  readonly work: () => Promise<Work>;
  /** True if the engine keeps transcripts. */
  readonly hasTranscript: () => boolean;
  /** Whether the agent card offers streaming. */
  readonly streaming: boolean;
  readonly turnIdleTimeoutMs: number;
}

/** The bodies of the heartbeats, without the workspace's id. The uptime is that of the process that speaks. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #bootedAt = performance.now();

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  async body(): Promise<JsonObject> {
    const { hasTranscript, streaming, turnIdleTimeoutMs } = this.#options;
    const work = await this.#options.work();
    const { trouble } = work;
    return {
      error_rate: errorRateOf(work),
      sample_error: trouble ?? lastErrorOf(work),
      active_tasks: work.active,
      uptime_seconds: Math.round((performance.now() - this.#bootedAt) / 1000),
      current_task: work.current?.summary ?? '',
      runtime_metadata: {
        capabilities: { streaming, transcript: hasTranscript() },
        idle_timeout_seconds: Math.ceil(turnIdleTimeoutMs / 1000),
      },
      ...(trouble !== undefined && { runtime_state: 'wedged' }),
    };
  }
}
