/** A file that goes to a peer with a task. */
export interface MessageFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}
