// Run by `npm run build`: bundles the workflow's code into dist, so that no worker has to do it at boot.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const source = fileURLToPath(new URL('./molecule-agent-workflow.ts', import.meta.url));
const target = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: source,
  logger: new DefaultLogger('ERROR'),
  webpackConfigHook: (config) => ({
    ...config,
    mode: 'production',
    devtool: false,
    // The worker finds the workflow by the name of its function.
    optimization: { ...config.optimization, minimize: true },
  }),
});

// The worker refuses a bundle without an inline source map. An empty map holds no path of the machine that built it.
const emptyMap = Buffer.from(JSON.stringify({ version: 3, file: 'workflow-bundle.js', sources: [], mappings: '' }));
await writeFile(target, `${code}\n//# sourceMappingURL=data:application/json;base64,${emptyMap.toString('base64')}\n`);
