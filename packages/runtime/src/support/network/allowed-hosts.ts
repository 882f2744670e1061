import { isLoopback } from './loopback.js';

export interface AllowedHostsOptions {
  /** The address on which the server listens. */
  readonly host: string;
  /** `MOLECULE_PUBLIC_URL`. */
  readonly publicUrl?: string | undefined;
  /** `MOLECULE_ALLOWED_HOSTS`: names, with or without a port; `*` allows every name. */
  readonly allowedHosts: readonly string[];
  /** `MOLECULE_CORS_ORIGINS`. */
  readonly corsOrigins: readonly string[];
}

/** The headers with which a browser states the target and the origin of a request. */
export interface RequestSource {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`. */
  readonly site: string | undefined;
}

export type Refusal = 'HOST_NOT_ALLOWED' | 'ORIGIN_NOT_ALLOWED';

/** Names that no DNS server can redirect. */
const LOCAL_NAME = /^(?:localhost|[a-z0-9-]{1,63}\.localhost)$/;
const ANY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];

/**
 * Distinguishes requests of local programs from requests that a web page makes a browser send. A page can have its own name
 * resolved to this machine (DNS rebinding); then `Host` is that name. A page of another origin can send simple requests,
 * even without a body; then `Origin` names the page, or `Sec-Fetch-Site` if the browser sends no origin. Programs other than
 * browsers send neither header, and use an allowed host.
 */
export class AllowedHosts {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #anyHost: boolean;
  readonly #anyOrigin: boolean;

  constructor({ host, publicUrl, allowedHosts, corsOrigins }: AllowedHostsOptions) {
    const published = publicUrl === undefined ? [] : [new URL(publicUrl)];
    const names = [host, ...published.map(({ host: name }) => name), ...allowedHosts];
    this.#hosts = new Set(names.map((name) => name.toLowerCase()).flatMap((name) => [name, nameOf(name) ?? name]));
    this.#origins = new Set([...corsOrigins, ...published.map(({ origin }) => origin)].map((o) => o.toLowerCase()));
    this.#anyHost = allowedHosts.includes('*');
    this.#anyOrigin = corsOrigins.includes('*');
  }

  /** The reason to refuse the request; `undefined` if it is allowed. */
  refusal({ host, origin, site }: RequestSource): Refusal | undefined {
    // Only HTTP/1.0 has requests without a host, and browsers do not use it.
    if (host !== undefined && !this.allowsHost(host)) return 'HOST_NOT_ALLOWED';
    return this.foreignPage({ host, origin, site }) ? 'ORIGIN_NOT_ALLOWED' : undefined;
  }

  allowsHost(host: string): boolean {
    if (this.#anyHost) return true;
    const name = nameOf(host);
    if (name === undefined) return false;
    if (LOCAL_NAME.test(name) || isLoopback(name) || ANY_ADDRESS.includes(name)) return true;
    return this.#hosts.has(name) || this.#hosts.has(host.toLowerCase());
  }

  /** True if a page of another origin sent the request, and that origin is not allowed. */
  foreignPage({ host, origin, site }: RequestSource): boolean {
    if (origin !== undefined) return !(this.#anyOrigin || this.#allowsOrigin(origin, host));
    return site !== undefined && site !== 'same-origin' && site !== 'none';
  }

  #allowsOrigin(origin: string, host: string | undefined): boolean {
    const wanted = origin.toLowerCase();
    if (this.#origins.has(wanted)) return true;
    // A page that this server has served: its origin equals the target of the request.
    return (
      host !== undefined && (wanted === `http://${host.toLowerCase()}` || wanted === `https://${host.toLowerCase()}`)
    );
  }
}

/** A `Host` without its port and the brackets of IPv6; `undefined` if it is invalid. */
function nameOf(host: string): string | undefined {
  const value = host.trim().toLowerCase();
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]@/]+))(?::\d{0,5})?$/.exec(value) ?? [];
  if (bracketed !== undefined) return bracketed;
  if (plain !== undefined) return plain.endsWith('.') ? plain.slice(0, -1) : plain;
  return /^[0-9a-f:]+$/.test(value) ? value : undefined;
}
