/** Every code of this package's errors, by the section of docs/errors.md that lists it; that page is made from this table. */
export const ERROR_CODES = {
  temporal: {
    TEMPORAL_CLI_NOT_FOUND: {
      meaning: 'the Temporal CLI, which runs the development server, was not found',
      remedy: 'install it, or set `MOLECULE_TEMPORAL_CLI` to its path',
    },
    TEMPORAL_CLI_UNUSABLE: {
      meaning: '`MOLECULE_TEMPORAL_CLI` names a program that does not run',
      remedy: 'correct the setting, or unset it',
    },
    TEMPORAL_SERVER_EXITED: {
      meaning: 'the development server ended while it started',
      remedy: "see the message, which ends with the server's output",
    },
    TEMPORAL_SERVER_NOT_READY: {
      meaning: 'the development server did not answer in time',
      remedy: 'start again, or start Temporal yourself and set `TEMPORAL_HOST`',
    },
    TEMPORAL_NAMESPACE_NOT_FOUND: {
      meaning: 'Temporal answers, but has no such namespace; turns run directly meanwhile',
      remedy: 'create the namespace, or correct `TEMPORAL_NAMESPACE`',
    },
    TEMPORAL_ACCESS_DENIED: {
      meaning: 'Temporal answers, but does not let the workspace in; turns run directly meanwhile',
      remedy: 'correct the API key or the certificates',
    },
    ENCRYPTION_KEY_INVALID: {
      meaning: '`MOLECULE_ENCRYPTION_KEY` holds a key that cannot be used, such as one that is too short',
      remedy: 'use at least 16 characters',
    },
  },
  inside: {
    TURN_HANDED_OVER: {
      meaning: 'the process stopped before the turn ended',
      remedy: 'nothing: another process resumes the turn',
    },
    CANCEL_NOT_DELIVERED: {
      meaning: 'a cancel reached neither this process nor Temporal',
      remedy: 'cancel again when Temporal answers',
    },
    ENCRYPTION_KEY_UNKNOWN: {
      meaning: "a payload in Temporal's history was encrypted with a key that is not in `MOLECULE_ENCRYPTION_KEY`",
      remedy: 'add the old key to the end of the list',
    },
    PAYLOAD_DAMAGED: {
      meaning: "an encrypted payload in Temporal's history is damaged",
      remedy: 'end the workflow; the task log still holds the task',
    },
  },
} satisfies Record<string, Record<string, { readonly meaning: string; readonly remedy: string }>>;

type Table = typeof ERROR_CODES;

export type ErrorCode = { [Section in keyof Table]: keyof Table[Section] }[keyof Table];
