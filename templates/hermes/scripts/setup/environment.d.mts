/** An environment with pinned versions of Hermes and its dependencies. */
export interface CachedEnvironment {
  /** Hermes' version. */
  readonly version: string;
  /** Hash of the pinned versions, as recorded in a complete environment. */
  readonly receipt: string;
  /** The files with the pinned versions. */
  readonly files: readonly string[];
  readonly path: string;
}

export declare const RECEIPT: string;

export declare function cachedEnvironment(
  templateDir: string,
  environment: Readonly<Record<string, string | undefined>>,
): CachedEnvironment;

export declare function hermesIn(path: string, receipt: string): string | undefined;
