import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

/** No log line, output or answer contains a key. */
export const keepsSecrets: VerifyCheck = {
  name: 'secrets',
  async run({ secrets, agent, observed }) {
    const lines = `${agent?.output ?? ''}\n${observed}`.split('\n');
    const found = lines.find((line) => secrets.some((secret) => line.includes(secret)));
    const shown = secrets.reduce((line, secret) => line.replaceAll(secret, '<the key>'), found ?? '');
    demand(
      found === undefined,
      `a key from the environment was printed: ${shown.slice(0, 300)}`,
      'log with the `logger` that createEngine receives, because it removes keys, and do not print the environment',
    );
    return ok('no key in log or answers');
  },
};
