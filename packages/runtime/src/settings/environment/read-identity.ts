import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { isLoopback } from '../../support/network/loopback.js';
import type { ConfigProblem } from '../config/config-error.js';
import type { ClientCertificateSettings, OidcSettings, TlsFiles } from './identity-settings.js';
import { OWN_SCOPES } from './scopes.js';
import type { SettingsReader } from './settings-reader.js';
import { SETTINGS, type Setting } from './settings-table.js';

/** Who may call besides the bearers of `MOLECULE_TOKENS`. */
export interface IdentitySettings {
  readonly oidc: OidcSettings | undefined;
  readonly tls: TlsFiles | undefined;
  readonly clientCertificates: ClientCertificateSettings | undefined;
}

export function readIdentity(reader: SettingsReader, configDir: string): IdentitySettings {
  const tls = readTls(reader, configDir);
  const owner = reader.read(SETTINGS.tlsClientOwner) ?? 'subject';
  const scopes = reader.read(SETTINGS.tlsClientScopes) ?? OWN_SCOPES;
  return {
    oidc: readOidc(reader),
    tls,
    clientCertificates: tls?.clientCa === undefined ? undefined : { owner, scopes },
  };
}

function readOidc(reader: SettingsReader): OidcSettings | undefined {
  const issuers = reader.read(SETTINGS.oidcIssuer) ?? [];
  const audiences = reader.read(SETTINGS.oidcAudience) ?? [];
  const settings: OidcSettings = {
    issuers,
    audiences,
    ownerClaim: reader.read(SETTINGS.oidcOwnerClaim) ?? 'sub',
    scopeClaims: reader.read(SETTINGS.oidcScopeClaims) ?? ['scope', 'scp'],
    scopePrefix: reader.read(SETTINGS.oidcScopePrefix) ?? '',
    defaultScopes: reader.read(SETTINGS.oidcDefaultScopes) ?? new Set(),
  };
  if (issuers.length === 0) return undefined;
  for (const issuer of issuers.filter((one) => !isTrustworthy(one))) {
    reader.problems.push({
      code: 'invalid-value',
      path: SETTINGS.oidcIssuer.name,
      wanted: 'https, because a program that changes the answers of the issuer on their way could make tokens',
      found: issuer,
      remedy: 'use the https address of the issuer; http is accepted on this machine (loopback) only',
    });
  }
  if (audiences.length === 0) {
    reader.problems.push({
      code: 'conflict',
      path: SETTINGS.oidcAudience.name,
      wanted: 'an audience, because MOLECULE_OIDC_ISSUER is set',
      found: 'none',
      remedy:
        "set it to the name under which the issuer knows this agent; without it, a token for any other service of the issuer's would be accepted",
    });
  }
  return settings;
}

function isTrustworthy(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || isLoopback(hostname);
}

function readTls(reader: SettingsReader, configDir: string): TlsFiles | undefined {
  const path = (setting: Setting<string>) => {
    const value = reader.read(setting);
    return value === undefined ? undefined : resolve(configDir, value);
  };
  const cert = path(SETTINGS.tlsCertFile);
  const key = path(SETTINGS.tlsKeyFile);
  const clientCa = path(SETTINGS.tlsClientCaFile);
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? SETTINGS.tlsCertFile : SETTINGS.tlsKeyFile;
    const remedy = 'set it too, or unset all MOLECULE_TLS_* variables; the agent then serves plain HTTP';
    const wanted = 'a file, because another file for TLS is set';
    reader.problems.push({ code: 'conflict', path: missing.name, wanted, found: 'none', remedy });
    return undefined;
  }
  const files: TlsFiles = { cert, key, clientCa };
  reader.problems.push(...tlsProblems(files));
  return files;
}

function tlsProblems({ cert, key, clientCa }: TlsFiles): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const content = (setting: Setting<string>, file: string): Buffer | undefined => {
    try {
      return readFileSync(file);
    } catch (error) {
      problems.push({
        code: 'unreadable',
        path: setting.name,
        wanted: 'a readable file in the form PEM',
        found: `${file}: the error ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
        remedy: 'create the file, or give this user the right to read it',
      });
      return undefined;
    }
  };
  const parts = { cert: content(SETTINGS.tlsCertFile, cert), key: content(SETTINGS.tlsKeyFile, key) };
  const ca = clientCa === undefined ? undefined : content(SETTINGS.tlsClientCaFile, clientCa);
  if (problems.length > 0) return problems;
  const tryOut = (setting: Setting<string>, wanted: string, use: () => unknown) => {
    try {
      use();
    } catch (error) {
      const found = (error as Error).message;
      const remedy = 'write certificates and keys as PEM, the key without a passphrase';
      problems.push({ code: 'invalid-value', path: setting.name, wanted, found, remedy });
    }
  };
  tryOut(SETTINGS.tlsCertFile, 'a certificate and its key', () => createSecureContext(parts));
  if (ca) {
    tryOut(SETTINGS.tlsClientCaFile, 'certificates of authorities', () => {
      // TLS ignores what is no certificate, and would then trust no client.
      new X509Certificate(ca);
      createSecureContext({ ca });
    });
  }
  return problems;
}
