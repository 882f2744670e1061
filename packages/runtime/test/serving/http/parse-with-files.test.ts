import { expect, it } from 'vitest';
import { RequestFiles } from '../../../src/serving/http/files/request-files.js';
import { parseWithFiles } from '../../../src/serving/http/requests/parse-with-files.js';

const BYTES = Buffer.from(Array.from({ length: 2_500_001 }, (_, index) => (index * 13) % 256));
const BASE64 = BYTES.toString('base64');

async function parse(value: unknown) {
  return parseText(JSON.stringify(value));
}

async function parseText(json: string) {
  const files = new RequestFiles(false);
  return { value: await parseWithFiles(Buffer.from(json), files), files };
}

function request(parts: readonly unknown[], more: object = {}) {
  return { jsonrpc: '2.0', params: { message: { parts }, ...more } };
}

function partsIn(value: unknown) {
  return (value as { params: { message: { parts: { raw: string; file: { bytes: string } }[] } } }).params.message.parts;
}

it.each([
  ['with padding', BASE64],
  ['without padding', BASE64.replace(/=+$/, '')],
  ['of the alphabet for URLs', BYTES.toString('base64url')],
])('a file %s is taken out of the JSON, of both protocol versions', async (_name, base64) => {
  const { value, files } = await parse(request([{ raw: base64 }, { kind: 'file', file: { bytes: base64 } }]));
  const [modern, legacy] = partsIn(value);
  for (const placeholder of [modern?.raw, legacy?.file.bytes]) {
    expect(placeholder).toHaveLength(48);
    const file = files.received(Buffer.from(placeholder ?? '', 'base64'));
    expect(file && BYTES.equals(file)).toBe(true);
  }
});

it.each([
  ['short', Buffer.from('short').toString('base64')],
  ['not base64', `${BASE64.slice(0, 1_500_000)}!${BASE64.slice(1_500_001)}`],
  ['cut in the middle', BASE64.replace(/=+$/, '').slice(0, -2)],
  ['padded in the middle', `${'AAA='.repeat(10_000)}`],
])('what is %s stays, so that it is checked like any text', async (_name, raw) => {
  const { value } = await parse(request([{ raw }]));
  expect(partsIn(value)[0]?.raw).toBe(raw);
});

it('escaped base64 stays, and a byte order mark is skipped', async () => {
  const { value } = await parseText(`\ufeff${JSON.stringify(request([{ raw: BASE64 }])).replaceAll('/', '\\/')}`);
  expect(partsIn(value)[0]?.raw).toBe(BASE64);
});

it.each([
  ['in data', request([{ data: { raw: BASE64 } }])],
  ['in metadata', request([{ raw: BASE64 }], { metadata: { bytes: BASE64 } })],
  ['in a text that holds JSON', request([{ text: JSON.stringify({ raw: BASE64 }) }])],
])('a long string of the same name %s keeps its text, and so do the files', async (_name, body) => {
  expect((await parse(body)).value).toEqual(body);
});

it('invalid JSON is refused, with and without files', async () => {
  await expect(parseText('{"raw": ')).rejects.toThrow(SyntaxError);
  await expect(parseText(`{"params":{"message":{"parts":[{"raw":"${BASE64}"`)).rejects.toThrow(SyntaxError);
});
