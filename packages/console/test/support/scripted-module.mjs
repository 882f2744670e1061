// The scripted engine as a module that `molecule start` loads, which takes JavaScript only.
export { adapter } from './scripted-adapter.ts';
