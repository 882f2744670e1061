import type { Logger } from '@molecule/adapters';
import type { AccessToken } from '../../settings/environment/runtime-settings.js';
import { ALL_SCOPES } from '../../settings/environment/scopes.js';
import { bearerIn } from '../../support/network/bearer.js';
import { ANONYMOUS } from '../../tasks/engine-context.js';
import type { ClientCertificate, Credentials } from './credentials.js';
import { OwnTokens } from './own-tokens.js';
import { type Identity, type Principal, refused } from './principal.js';
import { RefusalLog } from './refusal-log.js';

/** Identifies the bearers of tokens that others issue. */
export interface TokenVerifier {
  identify(token: string, certificate: ClientCertificate | undefined): Promise<Identity>;
}

/** Identifies the holders of certificates. */
export interface CertificateVerifier {
  identify(certificate: ClientCertificate): Identity;
}

export interface AccessControlOptions {
  readonly tokens: readonly AccessToken[];
  /** Absent: only the tokens above are accepted. */
  readonly issued?: TokenVerifier | undefined;
  /** Absent: certificates have no meaning. */
  readonly certificates?: CertificateVerifier | undefined;
  readonly logger: Logger;
}

/** Any caller of a server that does not ask who calls. */
const ANYBODY: Principal = { owner: ANONYMOUS, scopes: ALL_SCOPES };

/** Finds out who sends a request, whatever transport it came by. */
export class AccessControl {
  readonly #options: AccessControlOptions;
  readonly #tokens: OwnTokens;
  readonly #log: RefusalLog;

  constructor(options: AccessControlOptions) {
    this.#options = options;
    this.#log = new RefusalLog(options.logger);
    this.#tokens = new OwnTokens(options.tokens);
  }

  /** True if a request must say who sends it. */
  get required(): boolean {
    const { tokens, issued, certificates } = this.#options;
    return tokens.length > 0 || issued !== undefined || certificates !== undefined;
  }

  /** True if a certificate is enough. */
  get takesCertificates(): boolean {
    return this.#options.certificates !== undefined;
  }

  /** Who sends a request; `undefined` if it must be refused, which has been logged with the reason. */
  async admit(credentials: Credentials): Promise<Principal | undefined> {
    const identity = await this.identify(credentials);
    if ('principal' in identity) return identity.principal;
    this.#log.report(identity.refusal, credentials.address);
    return undefined;
  }

  /**
   * Who sends a request, without logging a refusal. A request with an `Authorization` header is judged by it alone: if its token is
   * wrong, its certificate does not help.
   */
  async identify({ header, certificate }: Credentials): Promise<Identity> {
    if (!this.required) return { principal: ANYBODY };
    const { issued, certificates } = this.#options;
    const authorization = header('authorization');
    if (authorization !== undefined) {
      const token = bearerIn(authorization);
      if (token === undefined) return refused('not-a-bearer-token');
      const principal = this.#tokens.bearerOf(token);
      if (principal) return { principal };
      return issued ? issued.identify(token, certificate) : refused('unknown-token');
    }
    return certificate && certificates ? certificates.identify(certificate) : refused('no-credentials');
  }
}
