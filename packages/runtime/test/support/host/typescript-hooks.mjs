import { registerHooks } from 'node:module';

// Node runs TypeScript by removing the types, but resolves imports literally: here `./x.js` becomes `./x.ts`.
registerHooks({
  resolve(specifier, context, next) {
    const own = context.parentURL?.endsWith('.ts') && specifier.startsWith('.') && specifier.endsWith('.js');
    return next(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
