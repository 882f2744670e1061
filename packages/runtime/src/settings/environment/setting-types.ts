import { isTarget } from '../../support/network/guarded/allowed-targets.js';
import { parseAge, WANTED_AGE } from '../age.js';
import { isScope, SCOPES, type Scopes } from './scopes.js';

/** Parser for one kind of environment variable. */
export interface SettingType<Value> {
  /** The expected form, in words that fit after "wanted". */
  readonly wanted: string;
  readonly example: string;
  /** The value, or `undefined` if the text is invalid. `text` is trimmed and not empty. */
  parse(text: string): Value | undefined;
}

const DURATION_UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

export const text: SettingType<string> = { wanted: 'a text', example: 'something', parse: (text) => text };

export const port: SettingType<number> = {
  wanted: 'a whole number from 0 to 65535 (0: any free port)',
  example: '8000',
  parse: (text) => parseWholeNumber(text, 0, 65_535),
};

/** Milliseconds. The unit is required, because 25 could mean seconds or milliseconds. */
export const duration: SettingType<number> = {
  wanted: 'a duration with a unit: ms, s, m or h',
  example: '25s',
  parse: (text) => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text) ?? [];
    if (amount === undefined || unit === undefined) return undefined;
    const milliseconds = Math.round(Number(amount) * DURATION_UNITS[unit as keyof typeof DURATION_UNITS]);
    // Node fires a timer of more than 2^31 - 1 ms at once.
    return milliseconds <= 2 ** 31 - 1 ? milliseconds : undefined;
  },
};

/** Milliseconds after which something is deleted; infinity: never. */
export const age: SettingType<number> = { wanted: WANTED_AGE, example: '30d', parse: parseAge };

/** Bytes. MB is a million, MiB is 1024 times 1024. */
export const byteSize: SettingType<number> = {
  wanted: 'a size in bytes, or with a unit: KB, MB, GB, KiB, MiB, GiB',
  example: '10MiB',
  parse: (text) => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
    const factor = unit === '' ? 1 : SIZE_UNITS[unit?.toLowerCase() ?? ''];
    if (amount === undefined || factor === undefined) return undefined;
    const bytes = Math.round(Number(amount) * factor);
    return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
  },
};

export const flag: SettingType<boolean> = {
  wanted: '1 or 0 (or true or false)',
  example: '1',
  parse: (text) => ({ '1': true, true: true, '0': false, false: false })[text.toLowerCase()],
};

/** An http or https address, without a trailing slash. */
export const httpUrl: SettingType<string> = {
  wanted: 'an address that begins with http:// or https://',
  example: 'https://agent.example.com',
  parse: (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
    return url !== undefined && isHttp && url.hash === '' && url.search === ''
      ? url.href.replace(/(?<!\/)\/+$/, '')
      : undefined;
  },
};

/** An http or https address with `{traceId}` in it. */
export const traceUrl: SettingType<string> = {
  wanted: 'an address that begins with http:// or https:// and holds {traceId}',
  example: 'https://jaeger.example.com/trace/{traceId}',
  parse: (text) => (/^https?:\/\//.test(text) && text.includes('{traceId}') && URL.canParse(text) ? text : undefined),
};

/** Its parts are read in `read-database.ts`, which also says what is wrong with it. */
export const databaseUrl: SettingType<string> = {
  wanted: 'the URL of a PostgreSQL database',
  example: 'postgres://user:password@db.example.com:5432/agents?sslmode=verify-full',
  parse: (text) => text,
};

/** A URL path with a leading and no trailing slash; `/` becomes the empty path. */
export const urlPath: SettingType<string> = {
  wanted: 'a path that begins with /, without ? and #',
  example: '/agents/one',
  parse: (text) =>
    /^\/[\w.~!$&'()*+,;=:@%/-]*$/.test(text) && !text.startsWith('//') ? text.replace(/(?<!\/)\/+$/, '') : undefined,
};

/** `host:port`; the port is optional. */
export function hostAndPort(defaultPort: number): SettingType<string> {
  return {
    wanted: 'a host and a port, without http://',
    example: `localhost:${defaultPort}`,
    parse: (text) => {
      const [, host, port] = /^([\w.-]+|\[[0-9a-f:]+\])(?::(\d+))?$/i.exec(text) ?? [];
      if (host === undefined || (port !== undefined && parseWholeNumber(port, 1, 65_535) === undefined))
        return undefined;
      return `${host}:${port ?? defaultPort}`;
    },
  };
}

/** Texts separated by commas; spaces around them are ignored. */
export const list: SettingType<readonly string[]> = {
  wanted: 'a list separated by commas',
  example: 'one,two',
  parse: (text) => splitList(text),
};

/** Issuers of OpenID Connect, each exactly as it writes itself into its tokens: a slash at the end counts. */
export const issuers: SettingType<readonly string[]> = {
  wanted: 'addresses that begin with https://, without ? and #, separated by commas',
  example: 'https://login.example.com/realms/agents',
  parse: (text) => {
    const all = splitList(text);
    const isIssuer = (issuer: string) => /^https?:\/\/[^\s?#]+$/.test(issuer) && URL.canParse(issuer);
    return all.length > 0 && all.every(isIssuer) ? all : undefined;
  },
};

/** Scopes separated by spaces. */
export const scopes: SettingType<Scopes> = {
  wanted: `scopes of ${SCOPES.join(', ')}, separated by spaces`,
  example: 'read send',
  parse: (text) => {
    const names = text.split(/\s+/);
    return names.every(isScope) ? new Set(names) : undefined;
  },
};

/** Hosts that a guarded request may reach. */
export const targets: SettingType<readonly string[]> = {
  wanted: 'host names, addresses or networks, separated by commas',
  example: 'hooks.internal,10.1.0.0/16',
  parse: (text) => {
    const entries = splitList(text);
    return entries.every(isTarget) ? entries : undefined;
  },
};

export function wholeNumber(least: number, most: number): SettingType<number> {
  return {
    wanted: `a whole number from ${least} to ${most}`,
    example: String(least),
    parse: (text) => parseWholeNumber(text, least, most),
  };
}

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): SettingType<Choice> {
  return {
    wanted: `one of ${choices.join(', ')}`,
    example: choices[0] ?? '',
    parse: (text) => choices.find((choice) => choice === text.toLowerCase()),
  };
}

/** The entries of a list separated by commas, without empty ones. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function parseWholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
