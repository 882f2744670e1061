import { modelEndings } from '@molecule/adapters/testing';
import { testModelEndings } from './support/ending-tests.js';

// The first row of each group; model-endings.long.test.ts has the others.
await testModelEndings(
  modelEndings('anthropic').filter(({ group }, index, all) => all.findIndex((row) => row.group === group) === index),
);
