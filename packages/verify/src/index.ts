export type { PackageManager, SandboxOptions, VerifyOptions } from './verify-options.js';
export type { VerifyReport, VerifyResult } from './verify-report.js';
export { CHECK_NAMES, verifyTemplate } from './verify-template.js';
