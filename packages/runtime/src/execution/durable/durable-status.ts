// A file of its own: published declarations name this type, and must not name those of an optional package.

/** Whether turns are durable, and why or why not. */
export interface DurableStatus {
  readonly yes: boolean;
  readonly detail: string;
  /** Web page of the development server that this process started. */
  readonly uiUrl?: string;
}
