/**
 * Runs agents against a real control plane of the platform, and checks what its users see.
 *
 *     npm run platform -- --server <binary> --database <url> [--redis <url>] [--directory <its migrations' parent>]
 *
 * The database must be empty; the server makes its tables. It ends with code 1 if a check fails.
 */
import { registerHooks } from 'node:module';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

// The support of the tests imports `./x.js` for `./x.ts`.
registerHooks({
  resolve(specifier, context, next) {
    const own = context.parentURL?.endsWith('.ts') && specifier.startsWith('.') && specifier.endsWith('.js');
    return next(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: {
    server: { type: 'string' },
    database: { type: 'string' },
    redis: { type: 'string', default: 'redis://127.0.0.1:6379' },
    directory: { type: 'string' },
  },
});
const { server, database, redis, directory } = values;
if (server === undefined || database === undefined) {
  console.error('Give the control plane and an empty database: npm run platform -- --server <binary> --database <url>');
  process.exit(2);
}
const binary = resolve(server);
const { startRealPlatform } = await import('./real-platform.js');
const { CHECKS } = await import('./checks.js');
let failed = 0;
let skipped = 0;
const platform = await startRealPlatform({
  server: binary,
  database,
  redis,
  directory: resolve(directory ?? dirname(binary)),
});
try {
  for (const { name, isOffered, run } of CHECKS) {
    try {
      if ((await isOffered?.(platform)) === false) {
        skipped++;
        console.log(`-     ${name}: not offered by this control plane`);
        continue;
      }
      await run(platform);
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      console.log(`fail  ${name}\n      ${(error as Error).message.split('\n').join('\n      ')}`);
    }
  }
} finally {
  await platform[Symbol.asyncDispose]();
}
console.log(`${CHECKS.length - failed - skipped} of ${CHECKS.length - skipped} checks pass.`);
process.exit(failed > 0 ? 1 : 0);
