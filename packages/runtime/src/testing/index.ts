export { type LoggedLine, type RecordingLogger, recordingLogger } from './recording-logger.js';
export { type RuntimeProcess, type RuntimeProcessOptions, startRuntimeProcess } from './runtime-process.js';
export { type SendOptions, TestClient, type TestTask } from './test-client.js';
export { startTestRuntime, type TestRuntime, type TestRuntimeOptions } from './test-runtime.js';
export { until } from './until.js';
