import type { JsonObject } from '@molecule/adapters';
import type { EngineWatch } from './engine-watch.js';
import type { WorkMeter } from './work-meter.js';

export interface HeartbeatOptions {
  readonly meter: WorkMeter;
  readonly engine: EngineWatch;
  /** Whether the agent card offers streaming. */
  readonly streaming: boolean;
  readonly turnIdleTimeoutMs: number;
}

/** The bodies of the heartbeats of one boot, without the workspace's id. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #bootedAt = performance.now();

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  body(): JsonObject {
    const { meter, engine, streaming, turnIdleTimeoutMs } = this.#options;
    engine.checkIfDue();
    const { trouble } = engine;
    return {
      error_rate: meter.errorRate,
      sample_error: trouble ?? meter.sampleError,
      active_tasks: meter.activeTasks,
      uptime_seconds: Math.round((performance.now() - this.#bootedAt) / 1000),
      current_task: meter.currentTask,
      runtime_metadata: {
        capabilities: { streaming, transcript: engine.hasTranscript },
        idle_timeout_seconds: Math.ceil(turnIdleTimeoutMs / 1000),
      },
      ...(trouble !== undefined && { runtime_state: 'wedged' }),
    };
  }
}
