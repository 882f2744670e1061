import { modelEndings } from '@molecule/adapters/testing';
import { testModelEndings } from './support/ending-tests.js';

await testModelEndings(
  modelEndings('anthropic').filter(({ group }, index, all) => all.findIndex((row) => row.group === group) !== index),
);
