// If a conversation's memory had content that a provider refuses, each later message would be refused too.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '@molecule/adapters';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { pictureType } from '../src/prompt/picture-type.js';
import { answerOf, messageTurn, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace } from './support/workspace.js';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const picture = (mediaType: string, data: string): Part => ({
  kind: 'file',
  name: 'p',
  mediaType,
  data,
  path: '/agent/inbox/p',
});

test('the bytes of a file decide whether it is a picture, not its name or type', () => {
  expect(pictureType(PIXEL)).toBe('image/png');
  expect(pictureType(base64(`\xff\xd8\xff\xe0${'x'.repeat(40)}`))).toBe('image/jpeg');
  expect(pictureType(base64(`GIF89a${'x'.repeat(40)}`))).toBe('image/gif');
  expect(pictureType(base64(`RIFF\x01\x01\x01\x01WEBP${'x'.repeat(40)}`))).toBe('image/webp');
  for (const none of ['', base64('\x89PNG\r\n\x1a\n'), base64('<svg xmlns="http://www.w3.org/2000/svg"></svg>')])
    expect(pictureType(none)).toBeUndefined();
});

test('messages that a provider would refuse do not change the conversation', async () => {
  await using model = await startScriptedModel({ strict: true });
  await using workspace = await makeWorkspace();
  const config = { max_retries: 0 };
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const sent: readonly (readonly [string, readonly Part[]])[] = [
    ['no picture at all', [picture('image/png', base64('this is a text'))]],
    ['an empty one', [picture('image/png', '')]],
    ['another type than it says', [picture('image/jpeg', PIXEL)]],
    ['a wrong name of a type', [picture('image/jpg', PIXEL)]],
    ['heic', [picture('image/heic', base64(`\0\0\0\x18ftypheic${'x'.repeat(40)}`))]],
    ['svg', [picture('image/svg+xml', base64('<svg xmlns="http://www.w3.org/2000/svg"></svg>'))]],
    ['too large', [picture('image/png', PIXEL + 'A'.repeat(6 * 1024 * 1024))]],
    ['blank texts', [{ kind: 'text', text: ' ' }]],
  ];
  for (const [what, parts] of sent) {
    const turn = messageTurn('c', script({ text: `seen: ${what}` }), { parts });
    expect(answerOf(await run(engine, turn))).toBe(`seen: ${what}`);
  }
  expect(model.requests.filter(({ refused }) => refused !== undefined)).toEqual([]);
  await run(engine, messageTurn('c', ' '));
  expect(answerOf(await run(engine, messageTurn('c', script({ text: 'still here' }))))).toBe('still here');
});

test('a message that the provider refuses does not end the conversation', async () => {
  await using model = await startScriptedModel({ strict: true });
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: { max_retries: 0 } });
  // When Claude Code reads a picture, it sends it to the model.
  const path = join(workspace.workDir, 'broken.png');
  await writeFile(path, Buffer.from(base64(`\x89PNG\r\n\x1a\n${'x'.repeat(100)}`), 'base64'));
  const read = { tool: 'Read', input: { file_path: path } };
  await run(engine, messageTurn('c', script(read, { text: 'read' }))).catch(() => undefined);
  await run(engine, messageTurn('c', script({ status: 400, errorText: 'messages: no' }))).catch(() => undefined);
  expect(answerOf(await run(engine, messageTurn('c', script({ text: 'still here' }))))).toBe('still here');
});
