import { expect, it } from 'vitest';
import { modelError } from '../../src/ai-sdk/index.js';

it.each([
  ['AI_UnsupportedFunctionalityError', 'unsupported'],
  ['AI_NoSuchModelError', 'unsupported'],
  ['AI_LoadAPIKeyError', 'auth'],
  ['AI_InvalidPromptError', 'invalid-request'],
])('%s, for which no request is made, is %s and final', (name, code) => {
  const error = Object.assign(new Error('It has no sound.\nSecond line'), { name });
  const message = 'The AI SDK does not make this call: It has no sound.';
  expect(modelError(error)).toMatchObject({ code, retryable: false, message });
});

it('an error without a status, such as of the network, passes by itself', () => {
  const error = Object.assign(new Error('Cannot connect'), { name: 'AI_APICallError' });
  expect(modelError(error)).toMatchObject({ code: 'unavailable', retryable: true });
});
