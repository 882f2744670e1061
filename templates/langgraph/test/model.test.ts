import { describe, expect, it } from 'vitest';
import { configSchema } from '../src/config.js';
import { credentials } from '../src/model/credentials.js';
import { resolveEndpoint } from '../src/model/endpoint.js';
import { parseModelName } from '../src/model/providers.js';
import { createTools } from '../src/tools/create-tools.js';
import { makeContext } from './support/workspace.js';

function endpointOf(model: string, environment: Record<string, string> = {}, config: Record<string, unknown> = {}) {
  const context = makeContext('/nowhere', 'http://unused', { model, config });
  return resolveEndpoint({ ...context, environment });
}

describe('a model name', () => {
  it('may contain colons and slashes after the provider', () => {
    expect(parseModelName('openrouter:meta-llama/llama-4:free')).toMatchObject({
      provider: { name: 'openrouter' },
      name: 'meta-llama/llama-4:free',
    });
  });

  it.each(['gpt-4.1', 'mistral:large', 'openai:', ':gpt', ''])(
    '%j is refused, and the known ones are named',
    (model) => {
      expect(() => parseModelName(model)).toThrow(/openai:<name>, anthropic:<name>, openrouter:<name>/);
    },
  );
});

describe('the endpoint', () => {
  it.each([
    ['openai:gpt-4.1-mini', { OPENAI_API_KEY: 'a' }, 'https://api.openai.com/v1'],
    ['anthropic:claude-sonnet-4-5', { ANTHROPIC_API_KEY: 'a' }, 'https://api.anthropic.com'],
    ['openrouter:openai/gpt-4.1', { OPENROUTER_API_KEY: 'a' }, 'https://openrouter.ai/api/v1'],
    ['openai:x', { OPENAI_API_KEY: 'a', OPENAI_BASE_URL: 'http://local/v1' }, 'http://local/v1'],
    ['anthropic:x', { ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'http://local' }, 'http://local'],
    ['openrouter:x', { OPENROUTER_API_KEY: 'a', OPENAI_BASE_URL: 'http://local/v1' }, 'https://openrouter.ai/api/v1'],
  ])('of %s with %o is %s', (model, environment, baseUrl) => {
    expect(endpointOf(model, environment)).toMatchObject({ baseUrl, apiKey: 'a' });
  });

  it("is the configured one rather than the environment's", () => {
    const environment = { OPENAI_API_KEY: 'a', OPENAI_BASE_URL: 'http://other/v1' };
    expect(endpointOf('openai:x', environment, { base_url: 'http://mine/v1' }).baseUrl).toBe('http://mine/v1');
  });

  it("is the runtime's, if the runtime has one", () => {
    const modelEndpoint = { baseUrl: 'http://demo/', model: 'demo', apiKey: '' };
    const context = { ...makeContext('/nowhere', 'http://unused'), modelEndpoint, environment: {} };
    expect(resolveEndpoint(context)).toMatchObject({ api: 'openai', baseUrl: 'http://demo/v1', model: 'demo' });
  });

  it("accepts pictures at a provider's own address, and elsewhere if image_input is true", () => {
    const key = { OPENAI_API_KEY: 'a' };
    expect(endpointOf('openai:x', key).images).toBe(true);
    expect(endpointOf('openai:x', key, { base_url: 'http://mine/v1' }).images).toBe(false);
    expect(endpointOf('openai:x', key, { base_url: 'http://mine/v1', image_input: true }).images).toBe(true);
  });

  it("needs a key, except for another server with OpenAI's API", () => {
    expect(() => endpointOf('openai:x')).toThrow(/needs OPENAI_API_KEY in the environment/);
    expect(() => endpointOf('anthropic:x', { ANTHROPIC_BASE_URL: 'http://local' })).toThrow(/needs ANTHROPIC_API_KEY/);
    expect(endpointOf('openai:x', { OPENAI_BASE_URL: 'http://local/v1' }).apiKey).toBe('none');
  });
});

describe('credentials', () => {
  it.each([
    ['openai:x', {}, ['OPENAI_API_KEY']],
    ['anthropic:x', {}, ['ANTHROPIC_API_KEY']],
    ['openrouter:x', {}, ['OPENROUTER_API_KEY']],
    ['openai:x', { OPENAI_BASE_URL: 'http://local/v1' }, []],
    ['anthropic:x', { ANTHROPIC_BASE_URL: 'http://local' }, ['ANTHROPIC_API_KEY']],
  ])('of %s with %o are %j', (model, environment, anyOf) => {
    expect(credentials(model, environment)).toEqual({ anyOf, demoModel: true });
  });
});

describe('runtime_config', () => {
  it('has a default for every setting', () => {
    expect(configSchema.parse({})).toEqual({
      max_steps: 50,
      request_timeout_seconds: 300,
      max_retries: 0,
      tools: {
        enabled: ['current_time', 'calculate', 'list_files', 'read_file', 'write_file', 'ask_person'],
        approval: ['write_file'],
      },
    });
  });

  it('reports every problem at once', () => {
    const { error } = configSchema.safeParse({ temprature: 1, max_steps: 0, base_url: 'x', tools: { enabled: ['y'] } });
    const places = error?.issues.map((issue) => issue.path.join('.'));
    expect(places?.sort()).toEqual(['', 'base_url', 'max_steps', 'tools.enabled.0']);
  });

  it('refuses an approval for a tool that does not exist', () => {
    const withApproval = (approval: string[], enabled: string[]) =>
      createTools(makeContext('/nowhere', 'http://unused', { config: { tools: { approval, enabled } } }));
    expect(() => withApproval(['write_fiel'], ['write_file'])).toThrow(/names "write_fiel", but the tools are/);
    expect(withApproval(['write_file'], ['calculate']).map((tool) => tool.name)).toEqual(['calculate']);
  });
});
