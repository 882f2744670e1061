export { describeAdapterContract } from './contract/describe-adapter-contract.js';
export * from './kit.js';
