import { type AdapterContext, EngineError } from '@molecule/adapters';

/** Variables, any one of which reaches a model. Bedrock and Vertex bring credentials of their own. */
export const CREDENTIALS: readonly string[] = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
];

/** What goes into a header of a request, or is a part of one. */
const HEADERS: readonly string[] = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
];

/** Beside the credentials: where the model is, and how the cloud's own libraries find theirs. */
const PROVIDER: readonly string[] = [
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_CUSTOM_HEADERS',
  'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  'ANTHROPIC_DEFAULT_SONNET_MODEL',
  'ANTHROPIC_DEFAULT_OPUS_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION',
  'ANTHROPIC_BEDROCK_BASE_URL',
  'CLAUDE_CODE_SKIP_BEDROCK_AUTH',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CA_BUNDLE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'ANTHROPIC_VERTEX_BASE_URL',
  'ANTHROPIC_VERTEX_PROJECT_ID',
  'CLAUDE_CODE_SKIP_VERTEX_AUTH',
  'CLOUD_ML_REGION',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_PROJECT',
  'GCLOUD_PROJECT',
];

/** A model of one region: `VERTEX_REGION_CLAUDE_4_0_SONNET`. */
const REGION_OF_MODEL = /^VERTEX_REGION_[A-Z0-9_]+$/;

/** What a header cannot hold. */
const NO_HEADER = /[^\t\x20-\x7e\x80-\xff]/;

type Variables = AdapterContext['environment'];

/** The names of all variables that lead Claude Code to its model. */
export function modelVariables(environment: Variables): readonly string[] {
  const regions = Object.keys(environment).filter((name) => REGION_OF_MODEL.test(name));
  return [...CREDENTIALS, ...PROVIDER, ...regions];
}

/** The variables that a command of the agent has no business with: it could print them into the conversation. */
export const SECRETS: readonly string[] = [...HEADERS, 'ANTHROPIC_CUSTOM_HEADERS', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];

/**
 * Refuses a key that no request can hold, at boot: a line feed from a file is the usual one. Claude Code would take it for a
 * provider that cannot be reached, and try again and again.
 */
export function checkCredentials(environment: Variables): void {
  for (const name of HEADERS) {
    const value = environment[name];
    if (value === undefined || value === '') continue;
    const at = value.search(NO_HEADER);
    if (at === -1 && value.trim() === value) continue;
    const found = at === -1 ? 'white space around it' : `a character (U+${hex(value, at)}) at position ${at + 1}`;
    throw new EngineError(
      'auth',
      `${name} cannot be sent: it has ${found}. A key is one line of plain characters; look for a line feed at its end.`,
    );
  }
}

function hex(text: string, at: number): string {
  return (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
