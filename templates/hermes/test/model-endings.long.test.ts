import { type ModelFormat, modelEndings } from '@molecule/adapters/testing';
import { testModelEndings } from './support/ending-tests.js';

for (const format of ['openai', 'anthropic'] satisfies ModelFormat[]) {
  testModelEndings(
    format,
    modelEndings(format).filter(({ group }, index, all) => all.findIndex((row) => row.group === group) !== index),
  );
}
