export { DemoModelError, type DemoModelErrorCode } from './demo-model-error.js';
export { type FindDemoModelOptions, findDemoModel } from './file/find-demo-model.js';
export { DEMO_MODEL_NAME } from './file/model-facts.js';
export { type DemoModel, type StartDemoModelOptions, startDemoModel } from './start-demo-model.js';
