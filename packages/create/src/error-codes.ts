/** Every code of this package's errors, by the section of docs/errors.md that lists it; that page is made from this table. */
export const ERROR_CODES = {
  command: {
    USAGE: {
      meaning: 'the command line of `npm create @molecule` is wrong',
      remedy: 'see `npm create @molecule@latest -- --help`',
    },
    NAME_INVALID: { meaning: "the project's name is no name for an npm package", remedy: 'use another name' },
    ENGINE_UNKNOWN: { meaning: 'there is no template for the engine', remedy: 'use an engine that the message names' },
    DIRECTORY_NOT_EMPTY: {
      meaning: "the project's directory holds files",
      remedy: 'use another directory, or empty it',
    },
  },
} satisfies Record<string, Record<string, { readonly meaning: string; readonly remedy: string }>>;

type Table = typeof ERROR_CODES;

export type ErrorCode = { [Section in keyof Table]: keyof Table[Section] }[keyof Table];
