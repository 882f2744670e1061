import { registerHooks } from 'node:module';

// Node runs TypeScript by leaving out the types, but looks for the file that an import names: `./x.js` is `./x.ts` here.
registerHooks({
  resolve(specifier, context, next) {
    const own = context.parentURL?.endsWith('.ts') && specifier.startsWith('.') && specifier.endsWith('.js');
    return next(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
