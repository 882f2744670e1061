import { loadAdapter } from '../../src/index.js';

export async function load(directory: string) {
  const { adapter } = await loadAdapter({ specifier: './dist/index.js', from: directory, runtime: 'echo' });
  return adapter;
}
