import type { Environment } from '../model/providers.js';

/** What a program on this machine needs to run; nothing that holds a key. */
const ALWAYS = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
];

/** What the gateway's environment is made from. */
export interface GatewayEnvironmentSource {
  readonly environment: Environment;
  /** Names of further variables to hand on. */
  readonly passed: readonly string[];
  readonly home: string;
  readonly port: number;
  readonly apiKey: string;
}

/** The whole environment of the gateway. The runtime's own keys and tokens are not in it. */
export function gatewayEnvironment({
  environment,
  passed,
  home,
  port,
  apiKey,
}: GatewayEnvironmentSource): Record<string, string> {
  const inherited = [...ALWAYS, ...passed].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    HOME: home,
    ...Object.fromEntries(inherited),
    HERMES_HOME: home,
    API_SERVER_ENABLED: 'true',
    API_SERVER_HOST: '127.0.0.1',
    API_SERVER_PORT: String(port),
    API_SERVER_KEY: apiKey,
    // Hermes would download its scanner of commands at the first start; its own list of dangerous commands stays on.
    TIRITH_ENABLED: 'false',
    PYTHONUNBUFFERED: '1',
  };
}
