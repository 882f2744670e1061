import { isIP } from 'node:net';
import { bareHost } from '../host.js';
import type { AllowedTargets } from './allowed-targets.js';

const MOST_CHARACTERS = 2_048;

/** Names of the machine itself, which no lookup is needed for. */
const OWN_NAME = /(?:^|\.)localhost\.?$/i;

/** Why a URL must not be requested, in words that follow "the URL". */
export type UrlProblem = string;

/**
 * Checks a URL as far as that is possible without a lookup. Whether the addresses of its host may be reached is decided when it is requested.
 *
 * @returns the URL, or what is wrong with it
 */
export function readTargetUrl(text: string, targets: AllowedTargets): URL | { readonly problem: UrlProblem } {
  if (text.length > MOST_CHARACTERS) return problem(`has more than ${MOST_CHARACTERS} characters`);
  // The parser of URLs drops some of them, so that the URL would not be the one that was checked.
  if (/[^\x21-\x7e]/.test(text)) return problem('has a space, a line break or a character that is not ASCII');
  const url = URL.parse(text);
  if (!url) return problem('cannot be read');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return problem('does not begin with https:// or http://');
  if (url.username !== '' || url.password !== '') return problem('holds a user name or a password');
  const host = bareHost(url.hostname);
  if (targets.namesHost(host)) return url;
  const isOwn = isIP(host) === 0 ? OWN_NAME.test(host) : !targets.allowsAddress(host);
  return isOwn ? problem(`names ${host}, which is not a host of the public internet`) : url;
}

function problem(text: UrlProblem): { readonly problem: UrlProblem } {
  return { problem: text };
}
