import { type ModelFormat, modelEndings } from '@molecule/adapters/testing';
import { testModelEndings } from './support/ending-tests.js';

// The first row of each group; model-endings.long.test.ts has the others.
for (const format of ['openai', 'anthropic'] satisfies ModelFormat[]) {
  testModelEndings(
    format,
    modelEndings(format).filter(({ group }, index, all) => all.findIndex((row) => row.group === group) === index),
  );
}
