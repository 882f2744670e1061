// Preloaded into a child process: writes the name of every package that the command imports to standard error.
import { isBuiltin, registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [, name] = /^((?:@[\w-]+\/)?[\w-]+)/.exec(specifier) ?? [];
    const isPackage = name !== undefined && !isBuiltin(specifier) && !/^file:|\.json$/.test(specifier);
    if (isPackage && context.parentURL?.includes('/runtime/dist/')) {
      process.stderr.write(`loaded ${name}\n`);
    }
    return nextResolve(specifier, context);
  },
});
