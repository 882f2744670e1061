/** Limits and intervals of a wrapper. Milliseconds unless the name says otherwise. */
export interface WrapperSettings {
  /**
   * How long a turn waits for Temporal's acknowledgement of its start before it runs directly. Default 1000: an acknowledgement
   * takes some 5 ms, and a caller should not notice that Temporal hangs.
   */
  readonly startTimeoutMs: number;
  /**
   * The same for a turn that runs already, so that no caller waits. Default 10 000: a busy server gets its time, and an outage is
   * noticed by then.
   */
  readonly patientStartTimeoutMs: number;
  /**
   * Limit of each step of connecting, and of `start()` as a whole. Default 3000: enough for TLS to a far cluster, short enough for a
   * boot. Afterwards connecting is retried in the background.
   */
  readonly connectTimeoutMs: number;
  /**
   * Time without a heartbeat after which another process takes a turn over. Default 5000: five missed heartbeats, more than a pause
   * for garbage collection takes.
   */
  readonly heartbeatTimeoutMs: number;
  /** Time between two heartbeats of a turn. Default 1000: a fifth of the timeout, so that some may get lost. */
  readonly heartbeatIntervalMs: number;
  /**
   * How long a process may take for one step of a workflow. Default 5000: a process that died between the start's
   * acknowledgement and its first step is noticed as soon as one that died later.
   */
  readonly workflowTaskTimeoutMs: number;
  /**
   * Attempts of a turn, including the first, that may be lost to dead or stopping processes. Default 10: enough for many deploys in
   * a row, but a turn that ends its process each time must end itself.
   */
  readonly maxAttempts: number;
  /**
   * The number of turns that Temporal may start in this process, and whose heartbeats this process sends. It must hold the turns that
   * run and those that wait in the body: Temporal takes a turn away that it cannot start here. Default 1000.
   */
  readonly maxConcurrentTurns: number;
  /** Time between two health checks of Temporal. Default 1000. */
  readonly healthIntervalMs: number;
  /** Longest wait between two attempts to reach Temporal. Default 2000; the first wait is 250, each further one twice as long. */
  readonly reconnectMaxMs: number;
  /**
   * Largest encoded input or result of a turn, in bytes. Default 1 500 000: Temporal refuses a payload above 2 MB, and with it each
   * repetition of the step.
   */
  readonly maxPayloadBytes: number;
  /** Payloads above this many bytes are compressed. Default 8192: compression saves little on smaller ones. */
  readonly compressAboveBytes: number;
}

/** The defaults; {@link WrapperSettings} gives the reason of each. */
export const DEFAULT_SETTINGS: WrapperSettings = {
  startTimeoutMs: 1_000,
  patientStartTimeoutMs: 10_000,
  connectTimeoutMs: 3_000,
  heartbeatTimeoutMs: 5_000,
  heartbeatIntervalMs: 1_000,
  workflowTaskTimeoutMs: 5_000,
  maxAttempts: 10,
  maxConcurrentTurns: 1_000,
  healthIntervalMs: 1_000,
  reconnectMaxMs: 2_000,
  maxPayloadBytes: 1_500_000,
  compressAboveBytes: 8_192,
};

/**
 * The defaults, with the values of the caller.
 *
 * @throws {RangeError} that names every value that cannot be used
 */
export function resolveSettings(settings: Partial<WrapperSettings> = {}): WrapperSettings {
  const resolved = { ...DEFAULT_SETTINGS, ...withoutUndefined(settings) };
  const problems = Object.entries(resolved)
    .filter(([, value]) => !Number.isSafeInteger(value) || value <= 0)
    .map(([name, value]) => `${name} must be a whole number above 0, found ${value}`);
  if (resolved.heartbeatIntervalMs >= resolved.heartbeatTimeoutMs) {
    problems.push(
      `heartbeatIntervalMs (${resolved.heartbeatIntervalMs}) must be below heartbeatTimeoutMs (${resolved.heartbeatTimeoutMs})`,
    );
  }
  if (problems.length > 0) throw new RangeError(`Settings of @molecule/temporal: ${problems.join('; ')}.`);
  return resolved;
}

function withoutUndefined(settings: Partial<WrapperSettings>): Partial<WrapperSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
