/** A client with its program. */
export interface Kit {
  /** Unique; `--only` selects a kit by its name or the part of it before the first `-`. */
  readonly name: string;
  /** The package and its version. */
  readonly title: string;
  /** Bindings and versions over which the program plays every operation. */
  readonly overs: readonly string[];
  /** True: it accepts no card that lists an address of gRPC. Its agents have none. */
  readonly refusesGrpc?: boolean;
  /** What the program plays, with what it must see. */
  readonly operations: Readonly<Record<string, (over: string) => unknown>>;
  /**
   * Installs the client and builds its program in a directory that is its own, unless both are there already. Returns the command.
   *
   * @throws {InstallError} if the client cannot be had; another error if its program does not compile
   */
  install(directory: string): Promise<readonly string[]>;
}

/** A client cannot be installed here: a tool or its registry is missing. */
export class InstallError extends Error {
  override readonly name = 'InstallError';
}

/** The bindings of each version. A client that knows both versions plays both lists. */
export const CURRENT = ['JSONRPC 1.0', 'HTTP+JSON 1.0', 'GRPC 1.0'] as const;
export const LEGACY = ['JSONRPC 0.3', 'HTTP+JSON 0.3', 'GRPC 0.3'] as const;
/** An application chooses binding and version itself. */
export const OWN_CHOICE = ['its own'] as const;
