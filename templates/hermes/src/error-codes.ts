/** Every code of this template's errors, with its meaning and what to do. */
export const ERROR_CODES = {
  hermes: {
    HERMES_NEEDS_PYTHON: {
      meaning:
        '`npm start hermes` or `npm run setup` found no Python with which Hermes can be installed; nothing was downloaded',
      remedy: 'install Python 3.11 to 3.13 with venv, or name one: `--python`',
    },
    HERMES_INSTALL_FAILED: {
      meaning: 'pip could not install Hermes; the message ends with its last lines',
      remedy: 'see the message, and run it again',
    },
    HERMES_NOT_INSTALLED: { meaning: 'Hermes was not found', remedy: '`npm run setup`' },
    HERMES_COMMAND_UNUSABLE: {
      meaning: '`hermes_command` names no program, or one that this user may not run',
      remedy: 'correct its permissions or the setting',
    },
    HERMES_NOT_STARTED: {
      meaning: 'Hermes ended, or did not answer in time; the message ends with the last lines of its log',
      remedy: 'see the message; `start_timeout_seconds` allows a longer start',
    },
    HERMES_VERSION_UNSUPPORTED: {
      meaning: 'Hermes is older than 0.19',
      remedy: '`npm run setup`, or update your own installation',
    },
    HERMES_MODEL_INVALID: {
      meaning: '`model` is not provider:name of a known provider',
      remedy: 'correct `model` in `config.yaml`, or `MOLECULE_MODEL`',
    },
    HERMES_MODEL_KEY_MISSING: {
      meaning: "the key of the model's provider is not set",
      remedy: 'set the variable that the message names',
    },
    HERMES_API_BASE_INVALID: { meaning: '`HERMES_API_BASE` is no address', remedy: 'correct it, or unset it' },
    HERMES_API_UNREACHABLE: {
      meaning: 'no Hermes answers at `HERMES_API_BASE`',
      remedy: 'start that Hermes with `API_SERVER_ENABLED=true`, or unset the variable',
    },
    HERMES_API_KEY_REFUSED: {
      meaning: 'the Hermes at `HERMES_API_BASE` refuses `HERMES_API_KEY`',
      remedy: 'set its `API_SERVER_KEY`',
    },
    HERMES_WORK_DIR_SHARED: {
      meaning:
        'in the log: owners have directories of their own, but the Hermes at `HERMES_API_BASE` runs all turns in its own directory',
      remedy: 'unset `HERMES_API_BASE`, or give each owner a workspace',
    },
    HERMES_TOOLS_NOT_OFFERED: {
      meaning: "in the log: a Hermes at `HERMES_API_BASE` does not receive the runtime's tools",
      remedy: 'unset `HERMES_API_BASE`, so that the template starts its own',
    },
  },
} satisfies Record<string, Record<string, { readonly meaning: string; readonly remedy: string }>>;

type Table = typeof ERROR_CODES;

export type ErrorCode = { [Section in keyof Table]: keyof Table[Section] }[keyof Table];
