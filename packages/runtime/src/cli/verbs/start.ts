import { port } from '../../settings/environment/setting-types.js';
import { defineVerb } from '../command-line/verb.js';
import { workspaceOptions } from '../host/config-path.js';
import { assertNodeVersion } from '../host/node-version.js';
import { errorsAsLogLines } from '../host/report-error.js';
import { UsageError } from '../host/usage-error.js';

/** Serves until a signal stops it. */
export const start = defineVerb({
  name: 'start',
  operands: '[directory]',
  summary: 'Serve the agent whose config.yaml is in the directory (default: the working directory)',
  options: {
    dev: { help: 'For development: use the demo model if no key is set, and start a local Temporal' },
    'demo-model': { help: 'Answer with the demo model, even if a key is set' },
    port: { value: 'port', help: 'Listen on this port; 0 means any free one' },
    host: { value: 'host', help: 'Listen on this address' },
  },
  run({ operands: [directory], options }, host) {
    const listen = { port: parsePort(options.port), host: options.host };
    const { dev, 'demo-model': demoModel } = options;
    return errorsAsLogLines(host, async () => {
      assertNodeVersion(host.process.nodeVersion);
      const { serve } = await import('../start/serve.js');
      return serve({ ...workspaceOptions(directory, host), dev, demoModel, listen }, host);
    });
  },
});

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = port.parse(text);
  if (value === undefined) throw new UsageError(`--port wants ${port.wanted}, found "${text}".`);
  return value;
}
