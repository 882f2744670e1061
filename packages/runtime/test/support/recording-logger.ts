export { type LoggedLine, recordingLogger } from '../../src/testing/recording-logger.js';
