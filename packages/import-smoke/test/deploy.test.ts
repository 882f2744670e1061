import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { mustRun } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

const textOf = (file: string) => readFileSync(join(root, 'deploy', file), 'utf8');
const objectOf = (file: string) => parse(textOf(`kubernetes/${file}`));

const OBJECTS = {
  'deployment.yaml': (object: object) => new Deployment(object as never),
  'service.yaml': (object: object) => new Service(object as never),
  'disruption-budget.yaml': (object: object) => new PodDisruptionBudget(object as never),
  'network-policy.yaml': (object: object) => new NetworkPolicy(object as never),
};

describe('deploy/kubernetes', () => {
  const { resources } = objectOf('kustomization.yaml') as { readonly resources: readonly string[] };

  test('is complete', () => {
    const files = readdirSync(join(root, 'deploy/kubernetes')).filter((file) => file !== 'kustomization.yaml');
    expect(resources.toSorted()).toEqual(files.toSorted());
    expect(resources.toSorted()).toEqual(Object.keys(OBJECTS).toSorted());
  });

  test.for(Object.entries(OBJECTS))('%s satisfies the schema of Kubernetes', ([file, make]) => {
    const object = objectOf(file);
    const made = make(object);
    made.validate();
    expect(made.toJSON()).toMatchObject({ apiVersion: object.apiVersion, kind: object.kind });
  });

  test('gives a replica the time to hand its turns over', () => {
    const { spec } = objectOf('deployment.yaml').spec.template;
    const preStop = spec.containers[0].lifecycle.preStop.sleep.seconds;
    // MOLECULE_SHUTDOWN_GRACE, and 10 s for closing.
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(preStop + 25 + 10);
  });
});

test('deploy/compose satisfies the schema of Compose', async () => {
  const dclint = join(root, 'packages/import-smoke/node_modules/.bin/dclint');
  // The formatter decides about quotes.
  const rules = ['--disable-rule', 'services-alphabetical-order', 'require-quotes-in-ports', '--max-warnings', '0'];
  await mustRun(dclint, [join(root, 'deploy/compose/compose.yaml'), ...rules], root);
});

test('every setting in deploy exists', () => {
  const files = readdirSync(join(root, 'deploy'), { recursive: true, encoding: 'utf8' });
  const known = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  const used = files
    .filter((file) => /\.(yaml|service)$/.test(file))
    .flatMap((file) => textOf(file).match(/\b(MOLECULE_[A-Z_]+|DATABASE_URL|TEMPORAL_HOST|WORKSPACE_ID)\b/g) ?? []);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
});

test('systemd waits for the turns of a stopping agent', () => {
  const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(textOf('systemd/molecule-agent.service')) ?? [];
  expect(Number(seconds)).toBeGreaterThanOrEqual(25 + 10);
});
