export { startTestRuntime, type TestRuntime } from '../../src/testing/test-runtime.js';
