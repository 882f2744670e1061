import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { reasonOf } from '../../support/network/reason-of.js';
import { type CheckResult, ok, warn } from './check.js';

/** A certificate that ends sooner should have been renewed: authorities issue them for 90 days or less, and renew after two thirds. */
const SOON_MS = 14 * 24 * 3_600_000;

/** Checks what identifies callers besides tokens: that issuers answer, and that the server's certificate lasts. */
export async function checkIdentity({ oidc, tls }: Pick<RuntimeSettings, 'oidc' | 'tls'>): Promise<CheckResult[]> {
  const issuers = await Promise.all((oidc?.issuers ?? []).map(checkIssuer));
  return [...issuers, ...(tls ? [checkCertificate(tls.cert)] : [])];
}

async function checkIssuer(issuer: string): Promise<CheckResult> {
  const { fetchKeys } = await import('../../serving/access/oidc/fetch-keys.js');
  try {
    const { keys } = await fetchKeys(issuer);
    return ok('issuer', `${issuer} has ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`);
  } catch (error) {
    const detail = `the keys of ${issuer} cannot be fetched (${reasonOf(error)}); its tokens are refused until they can`;
    return warn('issuer', detail, 'start the issuer, or correct MOLECULE_OIDC_ISSUER');
  }
}

function checkCertificate(file: string): CheckResult {
  const { validTo } = new X509Certificate(readFileSync(file));
  const left = Date.parse(validTo) - Date.now();
  if (left > SOON_MS) return ok('certificate', `${file} is valid until ${validTo}`);
  const detail = `${file} ${left > 0 ? 'is only' : 'was'} valid until ${validTo}`;
  return warn('certificate', detail, 'renew it; a running agent reads the new files within a minute');
}
