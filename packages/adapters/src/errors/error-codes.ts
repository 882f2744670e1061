import type { EngineErrorCode } from './engine-error.js';

/**
 * Every code of this package's errors, by the section of docs/errors.md that lists it; that page is made from this table. Keys of
 * `engineError` are the codes of an `EngineError`; a client sees them as `ENGINE_AUTH`, `ENGINE_RATE_LIMIT` and so on.
 */
export const ERROR_CODES = {
  adapter: {
    ADAPTER_MODULE_NOT_SET: {
      meaning: "no setting names the adapter's module",
      remedy: "set `ADAPTER_MODULE`, or `exports` in the template's `package.json`",
    },
    ADAPTER_MODULE_INVALID: {
      meaning: 'the name of the module is neither a package name nor a path nor a file URL',
      remedy: 'use a package name, or a path that begins with `./`',
    },
    ADAPTER_MODULE_NOT_FOUND: {
      meaning: 'the package or file does not exist, or the package has no built entry',
      remedy: 'install it, or build the template (`npm run build`)',
    },
    ADAPTER_MODULE_NOT_EXPORTED: {
      meaning: 'the package is installed, but does not export that path',
      remedy: 'use a path from its `exports`',
    },
    ADAPTER_MODULE_IS_DIRECTORY: { meaning: 'the path is a directory', remedy: 'name the file' },
    ADAPTER_MODULE_IS_TYPESCRIPT: {
      meaning: 'the path is a TypeScript file; only built JavaScript is loaded',
      remedy: 'build it, and name the output',
    },
    ADAPTER_DEPENDENCY_NOT_FOUND: {
      meaning: 'the module exists, but something that it imports does not',
      remedy: 'install the dependency that the message names',
    },
    ADAPTER_MODULE_FAILED: {
      meaning: 'the module threw while it was loaded, or does not parse',
      remedy: 'see the cause in the message',
    },
    ADAPTER_EXPORT_MISSING: {
      meaning: 'the module exports neither `adapter` nor a default',
      remedy: 'export the adapter under one of these names',
    },
    ADAPTER_NOT_AN_ADAPTER: {
      meaning: 'the export was not made by `defineAdapter`',
      remedy: 'wrap it in `defineAdapter`',
    },
    ADAPTER_SPEC_UNSUPPORTED: {
      meaning: 'the adapter was made for another version of the contract',
      remedy: 'update `@molecule/adapters` in the template, or the runtime',
    },
    ADAPTER_NAME_MISMATCH: {
      meaning: "the adapter's name is not `runtime` of `config.yaml`",
      remedy: 'make them equal',
    },
  },
  task: {
    ADAPTER_CONTRACT_BROKEN: {
      meaning: 'the engine yielded or threw what the adapter contract does not allow',
      remedy: 'the message names adapter, event and rule, and the log what was found: correct the adapter',
    },
  },
  engineError: {
    auth: { meaning: "the model's provider refused the key", remedy: 'set a valid key' },
    'rate-limit': {
      meaning: 'the provider refused because of too many requests (HTTP 429)',
      remedy: 'send again later',
    },
    overloaded: { meaning: 'the provider is overloaded (HTTP 503, 529)', remedy: 'send again later' },
    unavailable: {
      meaning: 'the engine or the provider could not be reached, answered 5xx, or broke off its answer',
      remedy: "send again later; if it stays, check the provider and the engine's log",
    },
    'invalid-request': {
      meaning: 'the provider or the engine refused the request (HTTP 4xx)',
      remedy: "see the message: often the model's name, a file or a tool that the model does not take",
    },
    'context-overflow': {
      meaning: 'the conversation no longer fits the model',
      remedy: 'begin a new context, or use a model with a larger one',
    },
    'empty-answer': { meaning: 'the model ended its answer without a word, and gave no reason', remedy: 'send again' },
    'too-many-steps': {
      meaning: 'the agent reached its own bound of steps',
      remedy: "send a smaller task, or raise the bound in the engine's settings",
    },
    'engine-died': {
      meaning: "the engine's process ended in the middle of the turn",
      remedy: 'see the log; if memory was short, give it more',
    },
    'nothing-to-continue': {
      meaning: 'the engine holds nothing of a turn that was to be continued',
      remedy: 'send again; the runtime has already tried the original turn',
    },
    'steps-changed': {
      meaning: 'the code of the agent calls other steps than those that an earlier attempt of the turn has recorded',
      remedy: 'deploy code that makes the same steps until such turns have ended, or cancel the task and send again',
    },
    lost: {
      meaning: 'what the message answers is gone, such as the question of an older conversation',
      remedy: 'send the whole request as a new message',
    },
    unsupported: {
      meaning: 'the engine cannot do what the turn asks',
      remedy: 'send it without that, such as a file of that kind',
    },
    internal: {
      meaning: 'the engine failed for any other reason',
      remedy: 'the operator finds the reason in the log, under the task id',
    },
  },
} satisfies Sections;

export type ErrorCode = {
  [Section in keyof typeof ERROR_CODES]: keyof (typeof ERROR_CODES)[Section];
}[keyof typeof ERROR_CODES];

interface Sections extends Record<string, Record<string, CodeText>> {
  /** Without `canceled`: the runtime reports one that was not asked for as `engine-died`. */
  engineError: Record<Exclude<EngineErrorCode, 'canceled'>, CodeText>;
}

interface CodeText {
  readonly meaning: string;
  readonly remedy: string;
}
