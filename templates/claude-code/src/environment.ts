import { join } from 'node:path';
import type { AdapterContext } from '@molecule/adapters';
import type { ClaudeCodeConfig } from './config.js';
import type { EngineFolders } from './folders.js';
import { modelVariables } from './model/credentials.js';

type Environment = Readonly<Record<string, string>>;

/** Handed on from the runtime's environment when set: none of them steers Claude Code beyond reaching its model. */
const PASSED_ON = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'SHELL',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
];

/** Keeps Claude Code from asking any host but the model's, and from doing things that no turn asked for. */
const QUIET: Environment = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_FEEDBACK_COMMAND: '1',
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  CLAUDE_CODE_DISABLE_BUNDLED_SKILLS: '1',
  CLAUDE_CODE_DISABLE_CRON: '1',
  // A command that outlives its turn would start a turn of its own when it ends.
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
};

/** How failed model calls are reported and repeated. */
const FAILURES: Environment = {
  // Of its log the errors alone.
  CLAUDE_CODE_DEBUG_LOG_LEVEL: 'error',
  // Claude Code would repeat a failed stream as a single request, and the failure would no longer be known.
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
  // A refusal is reported as one, and the call is not repeated.
  CLAUDE_CODE_DISABLE_REFUSAL_RETRY: '1',
};

/** The whole environment of Claude Code's process; nothing else of the runtime's reaches it. */
export function claudeEnvironment(context: AdapterContext<ClaudeCodeConfig>, folders: EngineFolders): Environment {
  return {
    ...pick(context.environment, [...PASSED_ON, ...context.config.environment]),
    ...modelAccess(context),
    ...withoutProxy(context),
    ...QUIET,
    ...FAILURES,
    CLAUDE_ENV_FILE: folders.shellStart,
    HOME: folders.home,
    CLAUDE_CONFIG_DIR: folders.claude,
    CLAUDE_CODE_MAX_RETRIES: String(context.config.max_retries),
  };
}

function modelAccess(context: AdapterContext<ClaudeCodeConfig>): Environment {
  const endpoint = context.modelEndpoint;
  if (endpoint === undefined) return providerAccess(context);
  return {
    ANTHROPIC_BASE_URL: endpoint.baseUrl,
    ANTHROPIC_API_KEY: endpoint.apiKey,
    // Claude Code's small side jobs would otherwise ask the endpoint for a model that it does not have.
    ANTHROPIC_DEFAULT_HAIKU_MODEL: endpoint.model,
  };
}

function providerAccess({ environment }: AdapterContext<ClaudeCodeConfig>): Environment {
  const home = environment['HOME'];
  // The cloud's libraries read the home directory of this process; Claude Code has another one.
  const files =
    home === undefined || home === ''
      ? {}
      : {
          ...(environment['CLAUDE_CODE_USE_BEDROCK'] && {
            AWS_CONFIG_FILE: join(home, '.aws', 'config'),
            AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
          }),
          ...(environment['CLAUDE_CODE_USE_VERTEX'] && { CLOUDSDK_CONFIG: join(home, '.config', 'gcloud') }),
        };
  return { ...files, ...pick(environment, modelVariables(environment)) };
}

/** Addresses on this machine are excluded from the proxy, which would see their tokens and may not reach them. */
function withoutProxy({ environment, modelEndpoint, mcp }: AdapterContext<ClaudeCodeConfig>): Environment {
  const urls = [modelEndpoint?.baseUrl, mcp?.url].filter((url) => url !== undefined);
  if (urls.length === 0) return {};
  const listed = [environment['NO_PROXY'] || environment['no_proxy']].filter((hosts) => hosts !== undefined);
  const hosts = [...listed, ...new Set(urls.map((url) => new URL(url).hostname))].join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}

function pick(from: AdapterContext['environment'], names: readonly string[]): Environment {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = from[name];
    if (value !== undefined && value !== '') picked[name] = value;
  }
  return picked;
}
