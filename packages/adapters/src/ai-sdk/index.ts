export { answerData, answerEnd } from './answer-end.js';
export { askPerson, type PersonAnswer } from './ask-person.js';
export { modelError } from './model-error.js';
export { type ModelMiddleware, type ModelStepOptions, modelSteps } from './model-steps.js';
export type { TokenPrices } from './model-usage.js';
export { type DynamicTool, runtimeTools } from './runtime-tools.js';
export { toolSteps } from './tool-steps.js';
export { type TurnMessage, type TurnMessageOptions, turnMessages } from './turn-messages.js';
