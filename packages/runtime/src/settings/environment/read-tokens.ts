import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigProblem } from '../config/config-error.js';
import type { AccessToken } from './runtime-settings.js';
import { ALL_SCOPES } from './scopes.js';
import { scopes as scopeList } from './setting-types.js';
import type { SettingsReader } from './settings-reader.js';
import { SETTINGS } from './settings-table.js';

/** Shorter tokens can be guessed. */
const LEAST_TOKEN_CHARACTERS = 16;

/** The tokens of `MOLECULE_TOKENS` and of the file given by `MOLECULE_TOKENS_FILE`. */
export function readTokens(reader: SettingsReader, configDir: string): AccessToken[] {
  const fromVariable = reader.read(SETTINGS.tokens) ?? [];
  const file = reader.read(SETTINGS.tokensFile);
  const tokens = [
    ...fromVariable.map((entry, index) => parseEntry(entry, SETTINGS.tokens.name, `entry ${index + 1}`, reader)),
    ...(file === undefined ? [] : readTokensFile(resolve(configDir, file), reader)),
  ].filter((token) => token !== undefined);
  reportSharedTokens(tokens, reader);
  return tokens;
}

function readTokensFile(file: string, reader: SettingsReader): (AccessToken | undefined)[] {
  const { name } = SETTINGS.tokensFile;
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    reader.problems.push({
      code: 'unreadable',
      path: name,
      wanted: 'a readable file with one owner:token on each line',
      found: `${file}: the error ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      remedy: `create the file, give this user the right to read it, or unset ${name}`,
    });
    return [];
  }
  const entries = content.split(/\r?\n/).map((line, index) => ({ entry: line.trim(), place: `line ${index + 1}` }));
  const given = entries.filter(({ entry }) => entry !== '' && !entry.startsWith('#'));
  if (given.length === 0) {
    reader.problems.push(
      problem(name, 'at least one owner:token', `none in ${file}`, 'add one, or unset the variable'),
    );
  }
  return given.map(({ entry, place }) => parseEntry(entry, name, `${place} of ${file}`, reader));
}

function parseEntry(entry: string, name: string, place: string, reader: SettingsReader): AccessToken | undefined {
  const colon = entry.indexOf(':');
  const { owner, named } = ownerIn(entry.slice(0, colon).trim());
  const token = entry.slice(colon + 1).trim();
  const remedy = 'write for example alice:<the output of `openssl rand -hex 24`>';
  if (colon < 1 || owner === '') {
    reader.problems.push(problem(name, 'owner:token', `${place} has no owner before a colon (not shown)`, remedy));
    return undefined;
  }
  if (token.length < LEAST_TOKEN_CHARACTERS || !/^[\x21-\x7e]+$/.test(token)) {
    const wanted = `a token of at least ${LEAST_TOKEN_CHARACTERS} characters, letters, digits and signs without spaces`;
    reader.problems.push(problem(name, wanted, `${place} (owner ${owner}) has ${token.length} characters`, remedy));
    return undefined;
  }
  const scopes = named === undefined ? ALL_SCOPES : scopeList.parse(named.trim());
  if (scopes === undefined) {
    const wanted = `in the brackets ${scopeList.wanted}`;
    const found = `${place} (owner ${owner}) has [${named}]`;
    reader.problems.push(problem(name, wanted, found, 'write for example alice[read send]:<token>, or no brackets'));
    return undefined;
  }
  return { owner, token, scopes };
}

/** `alice`, or `alice[read send]`. */
function ownerIn(text: string): { readonly owner: string; readonly named: string | undefined } {
  const open = text.endsWith(']') ? text.lastIndexOf('[') : -1;
  return open < 0
    ? { owner: text, named: undefined }
    : { owner: text.slice(0, open).trim(), named: text.slice(open + 1, -1) };
}

function reportSharedTokens(tokens: readonly AccessToken[], reader: SettingsReader): void {
  const owners = new Map<string, string>();
  for (const { owner, token } of tokens) {
    const other = owners.get(token);
    if (other !== undefined && other !== owner) {
      const found = `the same token for ${other} and ${owner}`;
      reader.problems.push(
        problem(SETTINGS.tokens.name, 'one owner for each token', found, 'give each owner a different token'),
      );
    }
    owners.set(token, owner);
  }
}

function problem(path: string, wanted: string, found: string, remedy: string): ConfigProblem {
  return { code: 'invalid-value', path, wanted, found, remedy };
}
