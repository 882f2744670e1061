import type { AgentEngine } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';

describe('readiness', () => {
  it.each([
    { name: 'an engine that is well', check: () => Promise.resolve({ ok: true, detail: 'fine' }), status: 200 },
    { name: 'an engine that is not', check: () => Promise.resolve({ ok: false, detail: 'no key' }), status: 503 },
    { name: 'an engine whose check breaks', check: () => Promise.reject(new Error('at /secret/path')), status: 503 },
    { name: 'an engine that has no check', check: undefined, status: 200 },
  ])('$name', async ({ check, status }) => {
    const { adapter } = playAdapter();
    const runTurn: AgentEngine['runTurn'] = () => {
      throw new Error('Nobody asks for a turn here.');
    };
    const createEngine = (): AgentEngine => ({ runTurn, ...(check && { check }) });
    await using runtime = await startTestRuntime({ adapter: { ...adapter, createEngine } });
    const response = await fetch(`${runtime.url}/readyz`);
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('/secret/path');
    expect((await fetch(`${runtime.url}/healthz`)).status).toBe(200);
  });
});

describe('pages of other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
  };

  it('get no headers by default', async () => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
    const response = await fetch(runtime.url, preflight);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may call when their origin is named, and only then', async () => {
    const environment = { MOLECULE_CORS_ORIGINS: 'https://a.example', MOLECULE_TOKENS: 'ann:ann-token-0123456789' };
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    const named = await fetch(runtime.url, preflight);
    expect(named.status).toBe(204);
    expect(named.headers.get('access-control-allow-origin')).toBe('https://a.example');
    expect(named.headers.get('access-control-allow-headers')).toMatch(/authorization.*last-event-id/i);
    const refused = await fetch(runtime.url, { method: 'POST', headers: { origin: 'https://a.example' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://a.example']);
    expect(refused.headers.get('access-control-expose-headers')).toMatch(/retry-after.*content-range, etag/i);
    const other = await fetch(runtime.url, {
      ...preflight,
      headers: { ...preflight.headers, origin: 'https://b.example' },
    });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('get no answer that a shared cache holds for another origin or for a request without one', async () => {
    const environment = { MOLECULE_CORS_ORIGINS: 'https://a.example', MOLECULE_TOKENS: 'ann:ann-token-0123456789' };
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    const card = `${runtime.url}/.well-known/agent-card.json`;
    for (const headers of [{ origin: 'https://a.example' }, { origin: 'https://b.example' }, {}]) {
      const response = await fetch(card, { headers: headers as Record<string, string> });
      expect(response.status).toBe(200);
      expect(response.headers.get('vary')?.toLowerCase(), JSON.stringify(headers)).toBe('origin');
    }
  });
});
