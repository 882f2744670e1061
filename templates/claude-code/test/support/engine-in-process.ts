import { makeEngine } from './workspace.js';

type EngineArguments = Parameters<typeof makeEngine>;

/** The engine of a turn that runs in a process of its own. */
export default ({ workspace, options }: { workspace: EngineArguments[0]; options: EngineArguments[1] }) =>
  makeEngine(workspace, options);
