/** The extension of A2A with which a caller accepts URLs of this server in place of the bytes of files. */
export const FILE_URLS_EXTENSION = 'urn:molecule:file-urls:v1';

/**
 * How a transport carries the bytes of files. One that takes them out of the JSON of requests and answers keeps that JSON small; short
 * bytes then stand in the place of a file.
 */
export interface CallerFiles {
  /** True if the caller accepts URLs of this server in place of bytes. */
  readonly acceptsUrls: boolean;
  /** The file that the transport took out of the request, for the bytes in its place; undefined for other bytes. */
  readonly received?: (placeholder: Uint8Array) => Uint8Array | undefined;
  /** Called when the bytes of the request are needed no longer: its message was stored or refused, or it has none. */
  readonly stored?: () => void;
  /** What stands for a file in an answer until the transport writes it. Absent: answers hold the bytes themselves. */
  readonly placeholderFor?: (file: FileToWrite) => Uint8Array;
}

/** A file that a transport writes into an answer. */
export interface FileToWrite {
  readonly bytes: number;
  /** Reads it from its beginning, piece by piece. */
  readonly read: () => AsyncIterable<Uint8Array>;
}
