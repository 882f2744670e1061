import { describe, expect, test, vi } from 'vitest';
import { startScriptedModel } from '../../src/testing/index.js';
import { type Json, parseEvents, post, postJson, script, user } from './client.js';

const chat = (url: string) => `${url}/v1/chat/completions`;

async function getJson(url: string): Promise<Json> {
  const response = await fetch(url);
  return response.json();
}

describe('startScriptedModel', () => {
  test('records the requests, for this process and for others', async () => {
    await using model = await startScriptedModel();
    const body = { model: 'm', messages: [user('hello')] };
    await fetch(`${chat(model.url)}?x=1`, { method: 'POST', headers: { 'x-mark': 'y' }, body: JSON.stringify(body) });
    expect(model.requests).toMatchObject([
      { method: 'POST', path: '/v1/chat/completions', body, step: 0, headers: { 'x-mark': 'y' } },
    ]);
    expect(model.requests[0]?.at).toBeGreaterThan(1_600_000_000_000);
    expect(model.requests[0]?.aborted).toBeUndefined();
    expect(await getJson(`${model.url}/__log`)).toMatchObject([{ path: '/v1/chat/completions', step: 0 }]);
    await fetch(`${model.url}/__reset`, { method: 'POST' });
    expect(model.requests).toEqual([]);
  });

  test('lists its model', async () => {
    await using model = await startScriptedModel({ model: 'tiny', contextLength: 4096 });
    const list = await getJson(`${model.url}/v1/models`);
    expect(list.data).toMatchObject([{ id: 'tiny', context_length: 4096 }]);
  });

  test('answers 404 for an unknown path, and 200 for its root', async () => {
    await using model = await startScriptedModel();
    expect((await post(`${model.url}/v1/nothing`, {})).status).toBe(404);
    expect((await fetch(model.url, { method: 'HEAD' })).status).toBe(200);
  });

  test('answers a body that is not JSON, and keeps running', async () => {
    await using model = await startScriptedModel();
    const response = await fetch(chat(model.url), { method: 'POST', body: '{nope' });
    expect(response.status).toBe(200);
    expect(model.requests[0]?.body).toBeUndefined();
  });

  test('fails `times` times and then plays the step; reset restarts the count', async () => {
    await using model = await startScriptedModel();
    const ask = () => post(chat(model.url), { messages: [user(script({ status: 429, times: 2, text: 'done' }))] });
    const statuses = async () => [(await ask()).status, (await ask()).status, (await ask()).status];
    expect(await statuses()).toEqual([429, 429, 200]);
    model.reset();
    expect(await statuses()).toEqual([429, 429, 200]);
  });

  test('cut destroys the socket after the given number of chunks', async () => {
    await using model = await startScriptedModel();
    const body = { stream: true, messages: [user(script({ text: 'one two three', cut: 2, chunkMs: 5 }))] };
    const response = await post(chat(model.url), body);
    const decoder = new TextDecoder();
    let text = '';
    const reading = (async () => {
      for await (const piece of response.body ?? []) text += decoder.decode(piece, { stream: true });
    })();
    await expect(reading).rejects.toThrow();
    expect(text).toContain('one');
    expect(text).not.toContain('three');
    await vi.waitFor(() => expect(model.live).toBe(0));
    expect(model.requests[0]?.aborted).toBeUndefined();
  });

  test('cut of an answer that is not streamed sends nothing', async () => {
    await using model = await startScriptedModel();
    await expect(post(chat(model.url), { messages: [user(script({ text: 'a', cut: 1 }))] })).rejects.toThrow();
  });

  test('hang never answers, and records that the client has disconnected', async () => {
    await using model = await startScriptedModel();
    const controller = new AbortController();
    const asked = post(chat(model.url), { messages: [user(script({ hang: true }))] }, controller.signal);
    await vi.waitFor(() => expect(model.live).toBe(1));
    expect(model.requests[0]?.ended).toBeUndefined();
    controller.abort();
    await expect(asked).rejects.toThrow();
    await vi.waitFor(() => expect(model.requests[0]?.aborted).toBeTypeOf('number'));
    expect(model.live).toBe(0);
    expect(model.requests[0]?.ended).toBeTypeOf('number');
  });

  test('chunkMs delays the chunks of a streamed answer, and a client that disconnects during it is recorded', async () => {
    await using model = await startScriptedModel();
    const controller = new AbortController();
    const text = 'word '.repeat(200);
    const body = { stream: true, messages: [user(script({ text, chunkMs: 20 }))] };
    const response = await post(chat(model.url), body, controller.signal);
    const first = await response.body?.getReader().read();
    expect(parseEvents(new TextDecoder().decode(first?.value)).length).toBeLessThan(50);
    controller.abort();
    await vi.waitFor(() => expect(model.requests[0]?.aborted).toBeTypeOf('number'));
  });

  test('delayMs delays the first byte', async () => {
    await using model = await startScriptedModel();
    const answered: string[] = [];
    const ask = async (text: string, delayMs: number) => {
      await postJson(chat(model.url), { messages: [user(script({ text, delayMs }))] });
      answered.push(text);
    };
    const held = ask('held', 3_600_000).catch(() => answered.push('cut'));
    await vi.waitFor(() => expect(model.live).toBe(1));
    await ask('delayed', 1);
    expect(answered).toEqual(['delayed']);
    await model.stop();
    await held;
    expect(answered).toEqual(['delayed', 'cut']);
  });

  test('stop closes open connections, may be called twice, and frees the port', async () => {
    const model = await startScriptedModel();
    const asked = post(chat(model.url), { messages: [user(script({ hang: true }))] });
    const failed = expect(asked).rejects.toThrow();
    await vi.waitFor(() => expect(model.live).toBe(1));
    await Promise.all([model.stop(), model.stop()]);
    await failed;
    await using again = await startScriptedModel({ port: Number(new URL(model.url).port) });
    expect(again.url).toBe(model.url);
  });

  test('a port in use is an error', async () => {
    await using model = await startScriptedModel();
    await expect(startScriptedModel({ port: Number(new URL(model.url).port) })).rejects.toThrow('EADDRINUSE');
  });
});
