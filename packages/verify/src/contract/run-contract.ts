import type { Adapter, AdapterContext } from '@molecule/adapters';
import { silentLogger } from '@molecule/adapters';
import type { ContractFixtures, ContractRule } from '@molecule/adapters/testing/kit';
import { loadWorkspace } from '@molecule/runtime';
import { importTestKit } from '../sandbox/import-test-kit.js';
import type { Env } from '../verify-options.js';
import { DEFAULT_MESSAGE, SCRIPTED_SLOW } from '../verify-plan.js';
import type { ContractNews, ContractOrder, SkippedRule } from './contract-messages.js';

/** A turn that never ends takes the full time with every rule; a few violations are enough. */
const ENOUGH_VIOLATIONS = 3;

/**
 * Runs the contract suite on the adapter of an installed template, rule by rule.
 *
 * @returns the rules that could not be checked
 */
export async function runContract(
  order: ContractOrder,
  environment: Env,
  tell: (news: ContractNews) => void,
): Promise<readonly SkippedRule[]> {
  const { CONTRACT_RULES, testContext } = await importTestKit(order.template);
  const { adapter, context } = await openTemplate(order, environment);
  const basic: ContractFixtures = {
    context: () => testContext({ ...context }),
    message: order.plan.message?.text ?? DEFAULT_MESSAGE.text,
    expect: order.plan.message?.expect ?? DEFAULT_MESSAGE.expect,
    timeoutMs: order.turnTimeoutMs,
    ...planned(order),
  };
  let violations = 0;
  const check = async (rules: readonly ContractRule[], fixtures: ContractFixtures) => {
    for (const rule of rules) {
      if (violations >= ENOUGH_VIOLATIONS) return;
      const violation = await violationOf(rule, adapter, fixtures);
      if (violation !== undefined) violations += 1;
      tell({ kind: 'rule', name: rule.name, ...(violation !== undefined && { violation }) });
    }
  };
  const always = CONTRACT_RULES.filter(({ needs }) => needs.length === 0);
  await check(always, basic);
  // The scripted model's answers control an engine that asks a model.
  const full = (await wasAsked(order.modelUrl)) ? { ...scripted(), ...basic } : basic;
  const able = CONTRACT_RULES.filter(({ needs }) => needs.length > 0 && needs.every((key) => full[key] !== undefined));
  await check(able, full);
  const looked = new Set([...always, ...able]);
  return CONTRACT_RULES.filter((rule) => !looked.has(rule)).map(({ name, needs }) => ({
    name,
    needs: needs.filter((key) => full[key] === undefined),
  }));
}

/** The fixtures that the author has set in `package.json`. */
function planned({ plan: { slow, ask } }: ContractOrder): Partial<ContractFixtures> {
  return { ...(slow !== undefined && { slow }), ...(ask !== undefined && { inputRequired: ask }) };
}

/** Fixtures for any engine that asks the scripted model. */
function scripted(): Partial<ContractFixtures> {
  return {
    slow: SCRIPTED_SLOW,
    marked: (mark) => `Name it. [[{"text":"It is ${mark}."}]]`,
    failing: { text: 'Fail. [[{"status":401}]]', code: 'auth' },
    remembers: { first: 'One.', second: 'Count. [[{"text":"messages: $TURNS"}]]', expect: 'messages: 2' },
  };
}

async function openTemplate(
  { template, modelUrl }: ContractOrder,
  environment: Env,
): Promise<{ adapter: Adapter; context: Omit<AdapterContext, 'workspace'> }> {
  const options = { configPath: template, environment, logger: silentLogger };
  const { adapter, runtimeConfig, model } = await loadWorkspace(options);
  const takesEndpoint = adapter.credentials?.(model, {}).demoModel === true;
  return {
    adapter,
    context: {
      config: runtimeConfig,
      model,
      ...(takesEndpoint && { modelEndpoint: { baseUrl: modelUrl, model: 'scripted', apiKey: 'scripted' } }),
      systemPrompt: '',
      skills: [],
      tools: [],
      environment,
      logger: silentLogger,
    },
  };
}

async function violationOf(
  rule: ContractRule,
  adapter: Adapter,
  fixtures: ContractFixtures,
): Promise<string | undefined> {
  try {
    await rule.check(adapter, fixtures);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function wasAsked(modelUrl: string): Promise<boolean> {
  const response = await fetch(`${modelUrl}/__log`);
  const requests = (await response.json()) as readonly { readonly step?: number }[];
  return requests.some(({ step }) => step !== undefined);
}
