export type { ScriptedToolCall, ScriptStep } from './scripted-model/script-step.js';
export type { RecordedRequest, ScriptedModel, ScriptedModelOptions } from './scripted-model/scripted-model.js';
export { startScriptedModel } from './scripted-model/start-scripted-model.js';
