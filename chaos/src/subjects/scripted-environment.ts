import type { ScriptedModel } from '@molecule/adapters/testing';

/** Makes an engine that uses an OpenAI model use the scripted one. */
export function openAiEnvironment(model: ScriptedModel): Readonly<Record<string, string>> {
  return {
    MOLECULE_MODEL: 'openai:scripted',
    OPENAI_API_KEY: 'scripted',
    OPENAI_BASE_URL: `${model.url}/v1`,
  };
}
