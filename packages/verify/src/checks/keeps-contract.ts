import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ContractNews, ContractOrder, SkippedRule } from '../contract/contract-messages.js';
import { tail } from '../sandbox/run-program.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

/** The time for all rules: they run one after the other, some of them with several turns. */
const LIMIT_MS = 900_000;
/** Keys of package.json for fixtures. Other fixtures can only be set in the contract suite of the author's own tests. */
const KEYS: Readonly<Record<string, string>> = {
  slow: 'molecule.verify.slow',
  inputRequired: 'molecule.verify.ask',
};
const REMEDY =
  'see docs/adapter-guide.md for the rules of a turn; you can also run the contract suite in your own tests';

/** The adapter keeps every rule of the contract that can be checked. */
export const keepsContract: VerifyCheck = {
  name: 'contract',
  async run(bench) {
    const order: ContractOrder = {
      template: bench.template,
      plan: bench.plan,
      modelUrl: bench.model?.url ?? '',
      turnTimeoutMs: bench.turnTimeoutMs,
    };
    const program = fileURLToPath(new URL('./contract-process.js', import.meta.url));
    const child = fork(program, [], {
      cwd: bench.template,
      env: bench.agentEnvironment,
      execPath: bench.options.node,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      timeout: LIMIT_MS,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const news: ContractNews[] = [];
    child.on('message', (one: ContractNews) => {
      news.push(one);
      // An engine that leaves work running would otherwise delay the check.
      if (one.kind === 'done') child.kill();
    });
    child.send(order);
    await once(child, 'close');
    bench.observed += output;
    const rules = news.filter((one) => one.kind === 'rule');
    const broken = rules.filter(({ violation }) => violation !== undefined);
    demand(broken.length === 0, broken.map(({ name, violation }) => `${name}: ${violation}`).join('\n'), REMEDY);
    const done = news.find((one) => one.kind === 'done');
    demand(done !== undefined, `the contract suite ended early:\n${tail(output)}`, REMEDY);
    return ok([`${rules.length} rules kept`, ...notChecked(done.skipped)].join('; '));
  },
};

/** One clause for the fixtures that `package.json` can have, and one for those of the suite. */
function notChecked(skipped: readonly SkippedRule[]): readonly string[] {
  const needed = [...new Set(skipped.flatMap(({ needs }) => needs))];
  const keys = needed.flatMap((need) => KEYS[need] ?? []);
  const others = needed.filter((need) => KEYS[need] === undefined);
  return [
    ...(keys.length === 0 ? [] : [`more with ${keys.join(', ')} in package.json`]),
    ...(others.length === 0 ? [] : [`more in your own tests, if the agent can: ${others.join(', ')}`]),
  ];
}
