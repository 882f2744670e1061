import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', server: 'src/server/main.ts' },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  skipNodeModulesBundle: true,
});
