import type { TaskPushNotificationConfig } from '@a2a-js/sdk';
import type { AllowedTargets } from '../../../support/network/guarded/allowed-targets.js';
import { readTargetUrl } from '../../../support/network/guarded/target-url.js';
import { malformed } from '../../../tasks/a2a-errors.js';
import type { PushConfig, PushVersion } from '../../../tasks/log/push/push-config.js';

const MOST_ID = 255;
const MOST_SECRET = 8_192;

/** What a header may have: a line break would begin another header. */
const HEADER_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
/** A token of RFC 9110, section 5.6.2. */
const SCHEME = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Reads a configuration as a caller sends it. Without an id it gets a new one in 1.0, and that of its task in 0.3, where it can be asked for
 * without one.
 *
 * @throws {RequestMalformedError} `PUSH_CONFIG_INVALID`, `PUSH_TARGET_REFUSED`
 */
export function readPushConfig(
  { id, url, token, authentication }: TaskPushNotificationConfig,
  version: PushVersion,
  targets: AllowedTargets,
): PushConfig {
  if (id.length > MOST_ID || CONTROL.test(id))
    throw invalid(`id must have at most ${MOST_ID} characters, none of them a control character`);
  const { scheme = '', credentials = '' } = authentication ?? {};
  checkSecret('token', token);
  checkSecret('authentication.credentials', credentials);
  if (scheme !== '' && !SCHEME.test(scheme)) {
    throw invalid('authentication.scheme must be the name of an HTTP authentication scheme, such as Bearer');
  }
  if (scheme === '' && credentials !== '') throw invalid('authentication.credentials need authentication.scheme');
  if (url === undefined || url === '') throw invalid('url is missing');
  const target = readTargetUrl(url, targets);
  if ('problem' in target) {
    throw malformed(
      'PUSH_TARGET_REFUSED',
      `No notifications are sent to this url: it ${target.problem}. Name an address that others reach over the internet, or have the operator allow it (MOLECULE_PUSH_ALLOW).`,
    );
  }
  return {
    id: id === '' && version === '1.0' ? crypto.randomUUID() : id,
    url,
    token: token === '' ? undefined : token,
    scheme: scheme === '' ? undefined : scheme,
    credentials: credentials === '' ? undefined : credentials,
    version,
  };
}

/** A configuration as its caller gets it. */
export function toSdkConfig(taskId: string, config: PushConfig): TaskPushNotificationConfig {
  const { id, url, token = '', scheme, credentials = '' } = config;
  const authentication = scheme === undefined ? undefined : { scheme, credentials };
  return { tenant: '', taskId, id: id === '' ? taskId : id, url, token, authentication };
}

function checkSecret(name: string, secret: string): void {
  if (secret === '' || (secret.length <= MOST_SECRET && HEADER_TEXT.test(secret))) return;
  throw invalid(
    `${name} is sent in a header: it must have at most ${MOST_SECRET} characters, all of them printable ASCII, without spaces around`,
  );
}

function invalid(problem: string): Error {
  return malformed('PUSH_CONFIG_INVALID', `The push notification config cannot be used: ${problem}.`);
}
