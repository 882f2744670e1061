import { type AdapterContext, EngineError } from '@molecule/adapters';

/**
 * The name that Claude Code takes for the workspace's model; undefined leaves the choice to it. Throws for a model of
 * another provider.
 */
export function modelName(context: Pick<AdapterContext, 'model' | 'modelEndpoint'>): string | undefined {
  if (context.modelEndpoint !== undefined) return context.modelEndpoint.model;
  if (context.model === '') return undefined;
  const [, provider, name] = /^(?:([^:]*):)?(.+)$/s.exec(context.model) ?? [];
  if (name !== undefined && (provider === undefined || provider === 'anthropic')) return name;
  throw new EngineError(
    'invalid-request',
    `Claude Code speaks to Anthropic's models only, but \`model\` is "${context.model}". ` +
      'Write it as anthropic:<name>, for example anthropic:claude-sonnet-4-5.',
  );
}
