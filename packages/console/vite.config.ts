import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Assets are found relative to the page's <base>, which the runtime writes, so that the agent can be served below any path.
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'es2023',
    // The Content-Security-Policy of the page allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What several views use is one file: a browser asks for six at a time, and a view would wait for a dozen of some hundred bytes.
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'shared', test: /[\\/]console[\\/]src[\\/]/, minShareCount: 2 }] },
      },
    },
    license: { fileName: 'licenses.md' },
  },
});
