import { ADAPTER_SPEC_VERSION, isAdapter } from '../../../contract/adapter.js';
import { demand } from '../../../errors/contract-violation.js';
import type { ContractRule } from '../rule.js';

const isDeclared: ContractRule = {
  name: 'is made by defineAdapter, and describes itself',
  needs: [],
  async check(adapter) {
    demand(isAdapter(adapter), 'an adapter must be made by defineAdapter', adapter);
    demand(Object.isFrozen(adapter), 'an adapter must stay frozen, as defineAdapter made it');
    demand(
      adapter.specVersion === ADAPTER_SPEC_VERSION,
      'specVersion must be that of the contract',
      adapter.specVersion,
    );
    demand(/^[a-z0-9][a-z0-9._-]*$/.test(adapter.name), 'name must be lower case, fit for config.yaml', adapter.name);
    for (const key of ['displayName', 'description'] as const) {
      demand(typeof adapter[key] === 'string' && adapter[key].trim() !== '', `${key} must not be empty`, adapter[key]);
    }
    demand(typeof adapter.createEngine === 'function', 'createEngine must be a function', adapter.createEngine);
  },
};

const refusesBadConfig: ContractRule = {
  name: 'refuses a bad runtime_config by its configSchema, naming the issues',
  needs: ['badConfig'],
  async check(adapter, fixtures) {
    const schema = adapter.configSchema;
    demand(schema !== undefined, 'an adapter with a badConfig must have a configSchema');
    const result = await schema['~standard'].validate(fixtures.badConfig);
    const issues = result.issues ?? [];
    demand(issues.length > 0, 'configSchema must refuse badConfig', fixtures.badConfig);
    demand(
      issues.every((issue) => issue.message.trim() !== ''),
      'each issue of configSchema must have a message',
      issues,
    );
  },
};

const asksForCredentials: ContractRule = {
  name: 'names the credentials that a model needs, for any model and an empty environment',
  needs: [],
  async check(adapter) {
    for (const model of ['openai:gpt-4.1', 'anthropic:claude-sonnet-4-5', 'unknown:model', '']) {
      const requirement = adapter.credentials?.(model, {});
      if (requirement === undefined) continue;
      const { anyOf, demoModel } = requirement;
      demand(
        anyOf.every((name) => /^[A-Z][A-Z0-9_]*$/.test(name)) && typeof demoModel === 'boolean',
        `credentials(${JSON.stringify(model)}) must name environment variables, and set demoModel`,
        requirement,
      );
    }
  },
};

export const declarationRules: readonly ContractRule[] = [isDeclared, refusesBadConfig, asksForCredentials];
