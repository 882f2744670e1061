import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The CI workflow of a new project. Its actions are pinned to the versions that this repository's own workflow uses. */
export function authorsWorkflow(root: string): string {
  const ours = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
  const pinned = (action: string) => {
    const [, found] = new RegExp(`uses: (${action}@[0-9a-f]{40} # \\S+)`).exec(ours) ?? [];
    if (found === undefined) throw new Error(`ci.yml does not use ${action}`);
    return found;
  };
  return `name: ci
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read

jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: ${pinned('actions/checkout')}
        with:
          persist-credentials: false
      - uses: ${pinned('actions/setup-node')}
        with:
          node-version: 24
          package-manager-cache: false
      - run: npm install
      - run: npm run build --if-present
      - run: npm run setup --if-present
      - run: npm test
      - run: npx molecule verify
`;
}
