/** Every number that a deployment may want to change. Milliseconds unless the name says otherwise. */
export interface TemporalSettings {
  /**
   * How long a task waits for Temporal to acknowledge its start before it runs directly. Default 1000: an acknowledgement
   * takes some 5 ms, and a caller should not notice that Temporal hangs.
   */
  readonly startTimeoutMs: number;
  /**
   * The same for a turn that runs already, so that nobody waits. Default 10 000: a busy server gets its time, and one that
   * has gone is noticed by then.
   */
  readonly patientStartTimeoutMs: number;
  /**
   * Bound of each step of connecting, and of `start()` as a whole. Default 3000: enough for TLS to a far cluster, short
   * enough for a boot. Connecting goes on in the background afterwards.
   */
  readonly connectTimeoutMs: number;
  /**
   * How long a process may be silent before another takes its turn over. Default 5000: five missed heartbeats, which a
   * pause for garbage collection does not reach.
   */
  readonly heartbeatTimeoutMs: number;
  /** Time between two heartbeats of a turn. Default 1000; a fifth of the timeout, so that one may get lost. */
  readonly heartbeatIntervalMs: number;
  /**
   * How long a process may take for one step of a workflow. Default 5000: a process that died between the start's
   * acknowledgement and its first step is noticed as soon as one that died later.
   */
  readonly workflowTaskTimeoutMs: number;
  /**
   * Attempts of a turn, the first one included, that may be lost to dead or stopping processes. Default 10: many
   * deploys in a row, but a turn that takes its process down each time must end.
   */
  readonly maxAttempts: number;
  /** Time between two looks at whether Temporal still answers. Default 1000. */
  readonly healthIntervalMs: number;
  /** Longest wait between two attempts to reach Temporal. Default 2000; the first wait is 250, each next one double. */
  readonly reconnectMaxMs: number;
  /**
   * Largest encoded input or result of a turn, in bytes. Default 1 500 000: Temporal refuses a payload above 2 MB, and
   * with it the whole step again and again.
   */
  readonly maxPayloadBytes: number;
  /** Payloads above this many bytes are compressed. Default 8192: smaller ones do not gain enough to be worth it. */
  readonly compressAboveBytes: number;
}

/** The defaults; each one's reason stands with it in {@link TemporalSettings}. */
export const DEFAULT_SETTINGS: TemporalSettings = {
  startTimeoutMs: 1_000,
  patientStartTimeoutMs: 10_000,
  connectTimeoutMs: 3_000,
  heartbeatTimeoutMs: 5_000,
  heartbeatIntervalMs: 1_000,
  workflowTaskTimeoutMs: 5_000,
  maxAttempts: 10,
  healthIntervalMs: 1_000,
  reconnectMaxMs: 2_000,
  maxPayloadBytes: 1_500_000,
  compressAboveBytes: 8_192,
};

/** The defaults with what a caller wants otherwise. Throws a `RangeError` that names every value that is not usable. */
export function resolveSettings(settings: Partial<TemporalSettings> = {}): TemporalSettings {
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

function withoutUndefined(settings: Partial<TemporalSettings>): Partial<TemporalSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
