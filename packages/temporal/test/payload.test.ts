import { silentLogger } from '@molecule/adapters';
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { createDataConverter } from '../src/payload/data-converter.js';
import { PayloadMeter } from '../src/payload/payload-meter.js';

const KEYS = ['first secret, long enough', 'second secret, long enough'];

async function codecs(encryptionKeys: string[]) {
  const { payloadCodecs = [] } = await createDataConverter({ encryptionKeys, compressAboveBytes: 1_000 });
  return {
    async encode(value: unknown) {
      let payloads = [defaultPayloadConverter.toPayload(value)];
      for (const codec of payloadCodecs) payloads = await codec.encode(payloads);
      return payloads;
    },
    async decode(encoded: Awaited<ReturnType<typeof this.encode>>) {
      let payloads = encoded;
      for (const codec of [...payloadCodecs].reverse()) payloads = await codec.decode(payloads);
      const [payload] = payloads;
      return payload && defaultPayloadConverter.fromPayload(payload);
    },
  };
}

describe('payloads', () => {
  const large = { text: 'molecule '.repeat(10_000) };

  test.each([
    ['small, plain', [], { a: 1 }],
    ['large, plain', [], large],
    ['small, encrypted', KEYS, { a: 'ü' }],
    ['large, encrypted', KEYS, large],
  ])('%s: are decoded to the same value', async (_, keys, value) => {
    const codec = await codecs(keys);
    expect(await codec.decode(await codec.encode(value))).toEqual(value);
  });

  test('large ones are compressed before they are encrypted', async () => {
    const [payload] = await (await codecs(KEYS)).encode(large);
    expect(payload?.data?.length).toBeLessThan(5_000);
  });

  test('the same value is never encrypted to the same bytes', async () => {
    const codec = await codecs(KEYS);
    const [one] = await codec.encode('x');
    const [other] = await codec.encode('x');
    expect(Buffer.from(one?.data ?? []).equals(Buffer.from(other?.data ?? []))).toBe(false);
  });

  test('one that was altered is refused', async () => {
    const codec = await codecs(KEYS);
    const [payload] = await codec.encode('x');
    const data = Buffer.from(payload?.data ?? []);
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    await expect(codec.decode([{ ...payload, data }])).rejects.toMatchObject({ code: 'PAYLOAD_DAMAGED' });
  });

  test('one of an unknown key fails with an error that names the key and the remedy', async () => {
    const encoded = await (await codecs([...KEYS].reverse())).encode('x');
    const other = await codecs([KEYS[0] ?? '']);
    await expect(other.decode(encoded)).rejects.toMatchObject({ code: 'ENCRYPTION_KEY_UNKNOWN' });
    await expect(other.decode(encoded)).rejects.toThrow(/Add the old key/);
  });

  test('unencrypted ones are still readable after encryption was switched on', async () => {
    const encoded = await (await codecs([])).encode({ before: true });
    expect(await (await codecs(KEYS)).decode(encoded)).toEqual({ before: true });
  });
});

describe('a text in the history', () => {
  const limit = 10_000;
  const meter = async () =>
    new PayloadMeter(await createDataConverter({ encryptionKeys: [], compressAboveBytes: 1e9 }), limit, silentLogger);

  test('an answer is shortened to the limit, at the end of a character, and marked as shortened', async () => {
    const { finalText } = await (await meter()).fitResult({ finalText: '🧬'.repeat(50_000), success: true });
    expect(Buffer.byteLength(JSON.stringify(finalText))).toBeLessThanOrEqual(limit);
    expect(finalText).toMatch(/^(🧬)*\n\n\[Cut here/u);
  });

  test('an answer within the limit is unchanged, and a long error is shortened', async () => {
    const result = { finalText: 'short', success: false, error: 'e'.repeat(9_000) };
    const fitting = await (await meter()).fitResult(result);
    expect(fitting.finalText).toBe('short');
    expect(fitting.error?.length).toBeLessThan(5_000);
  });
});
