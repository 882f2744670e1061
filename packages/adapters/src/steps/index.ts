export { DurableSteps } from './durable-steps.js';
export type { PutAway, RecordedStep, StepFailure, StepJournal, StepPage, StepRecord } from './step-journal.js';
