import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    // Runs in a separate process; see src/checks/keeps-contract.ts.
    'contract-process': 'src/contract/contract-process.ts',
  },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  skipNodeModulesBundle: true,
});
