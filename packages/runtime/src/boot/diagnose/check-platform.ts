import { isIP } from 'node:net';
import { cutText } from '@molecule/adapters';
import { givenTokens } from '../../platform/api/given-tokens.js';
import { tenantHeaders } from '../../platform/api/tenant-headers.js';
import { TokenFile } from '../../platform/api/token-file.js';
import { NO_RECORD } from '../../platform/polling/polled-records.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { isUuid } from '../../support/is-uuid.js';
import { bareHost } from '../../support/network/host.js';
import { isLoopback } from '../../support/network/loopback.js';
import { reasonOf } from '../../support/network/reason-of.js';
import { type CheckResult, fail, ok, warn } from './check.js';

const ASK_MS = 5000;
/** Tokens, leases and approvals are judged by the platform's clock. */
const MOST_APART_MS = 60_000;
/** Networks whose addresses the platform refuses, unless it is a hosted one. */
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.64\.|f[cd]|fe80)/i;

type PlatformSettings = Pick<
  RuntimeSettings,
  | 'platformUrl'
  | 'platformOrganization'
  | 'platformDelivery'
  | 'workspaceId'
  | 'workspaceToken'
  | 'stateDir'
  | 'publicUrl'
>;

/** Checks the way to the platform: that it answers, knows the workspace and its token, and can reach it. A workspace serves without it. */
export async function checkPlatform(settings: PlatformSettings, configDir: string): Promise<readonly CheckResult[]> {
  const { platformUrl, workspaceId } = settings;
  if (platformUrl === undefined)
    return [ok('platform', 'PLATFORM_URL is not set: the workspace belongs to no platform')];
  if (!isUuid(workspaceId)) {
    const detail = `WORKSPACE_ID is "${workspaceId}" and no UUID: the platform is never called`;
    return [warn('platform', detail, 'set WORKSPACE_ID to the id that the platform shows for the workspace')];
  }
  try {
    const health = await ask(settings, '/health', undefined);
    const results = [ok('platform', `${platformUrl} answers`), ...clockResults(health), ...addressResults(settings)];
    return [...results, ...(await tokenResults(settings, configDir))];
  } catch (error) {
    const detail = `${platformUrl} cannot be reached (${reasonOf(error)}); the workspace serves without it`;
    return [warn('platform', detail, 'start the platform, or correct PLATFORM_URL')];
  }
}

interface Asked {
  readonly status: number;
  readonly text: string;
  readonly date: string | null;
}

async function ask(
  { platformUrl, platformOrganization }: PlatformSettings,
  path: string,
  token: string | undefined,
): Promise<Asked> {
  const response = await fetch(`${platformUrl}${path}`, {
    redirect: 'error',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(platformOrganization !== undefined && tenantHeaders(platformUrl, platformOrganization)),
    },
    signal: AbortSignal.timeout(ASK_MS),
  });
  return { status: response.status, text: await response.text(), date: response.headers.get('date') };
}

function clockResults({ date }: Asked): readonly CheckResult[] {
  const aheadMs = date === null ? 0 : Date.parse(date) - Date.now();
  if (!(Math.abs(aheadMs) > MOST_APART_MS)) return [];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const detail = `the clock of the platform is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the one of this machine`;
  return [warn('platform', detail, 'synchronize the clocks, for example with NTP')];
}

function addressResults({ platformUrl = '', platformDelivery, publicUrl }: PlatformSettings): readonly CheckResult[] {
  if (platformDelivery === 'poll') return [];
  const platformHost = bareHost(new URL(platformUrl).hostname);
  const isHere = platformHost === 'localhost' || isLoopback(platformHost);
  if (publicUrl === undefined) {
    if (isHere) return [];
    const detail =
      'the platform is on another machine, and would be given http://localhost as the address of this agent';
    return [warn('platform', detail, 'set MOLECULE_PUBLIC_URL to an address under which the platform reaches it')];
  }
  const host = bareHost(new URL(publicUrl).hostname);
  if (isIP(host) === 0 || !(isLoopback(host) || PRIVATE.test(host))) return [];
  const detail = `MOLECULE_PUBLIC_URL is ${publicUrl}: a platform refuses loopback and private addresses, unless it is a hosted one`;
  return [warn('platform', detail, 'use http://localhost:<port> on one machine, else a name or a public address')];
}

/** Of the token, and whether messages can be fetched with it. */
async function tokenResults(settings: PlatformSettings, configDir: string): Promise<readonly CheckResult[]> {
  const { workspaceId, platformDelivery } = settings;
  const [result, token] = await checkToken(settings, configDir);
  if (token === undefined || platformDelivery !== 'poll') return [result];
  const path = `/workspaces/${encodeURIComponent(workspaceId)}/activity?type=a2a_receive&limit=1&since_id=${NO_RECORD}`;
  const { status } = await ask(settings, path, token);
  if (status === 410) return [result, ok('platform', 'messages are fetched from the platform')];
  if (isBusy(status)) return [result, busy(status)];
  const detail = `MOLECULE_PLATFORM_DELIVERY is poll, and the platform answers ${status} where one that records messages to be fetched answers 410`;
  return [result, fail('platform', detail, 'update the platform, or unset MOLECULE_PLATFORM_DELIVERY')];
}

/** @returns the token, too, if the platform accepts it */
async function checkToken(
  settings: PlatformSettings,
  configDir: string,
): Promise<readonly [CheckResult, token?: string]> {
  const { workspaceId, workspaceToken, stateDir } = settings;
  const file = new TokenFile(stateDir);
  const given = givenTokens(configDir, workspaceToken);
  const tokens = [await given.provisioned(), await file.read().catch(() => undefined), workspaceToken];
  const known = [...new Set(tokens.filter((token) => token !== undefined))];
  const id = encodeURIComponent(workspaceId);
  const unknown = (status: number) =>
    fail(
      'platform',
      `the platform does not know the workspace ${workspaceId}, or serves another organization (${status})`,
      'correct WORKSPACE_ID, or set MOLECULE_ORG_ID to the organization of a hosted platform',
    );
  if (known.length === 0) {
    // The only call that asks for a token exactly if the workspace has one.
    const { status } = await ask(settings, `/registry/${id}/peers`, undefined);
    if (status === 404) return [unknown(status)];
    if (isBusy(status)) return [busy(status)];
    if (status !== 401) return [ok('platform', 'the workspace has no token yet: its first registration gets one')];
    const detail = 'the platform has issued a token for the workspace, and none is known here';
    return [fail('platform', detail, `set MOLECULE_WORKSPACE_TOKEN, or write the token to ${file.path}`)];
  }
  for (const token of known) {
    const { status, text } = await ask(settings, `/workspaces/${id}/state`, token);
    if (status === 404 && /"deleted"\s*:\s*true/.test(text)) {
      const detail = 'the platform has deleted the workspace: the agent stops soon after its start';
      return [fail('platform', detail, 'make a new one')];
    }
    if (status === 404) return [unknown(status)];
    if (status < 400) return [ok('platform', `the platform accepts the token of ${workspaceId}`), token];
    if (isBusy(status)) return [busy(status)];
    if (status !== 401) {
      const detail = `the platform answers with ${status} to the question for the state of ${workspaceId}: ${cutText(text, 200)}`;
      return [warn('platform', detail, 'look at its log, and at what stands between it and this machine')];
    }
  }
  const detail = `the platform refuses the workspace's token`;
  return [fail('platform', detail, `an administrator can issue another one; write it to ${file.path}`)];
}

function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}

function busy(status: number): CheckResult {
  const detail = `the platform is busy or ill: it answers with ${status}, so the token and the delivery could not be checked`;
  return warn('platform', detail, 'try again in a minute; if it stays so, look at the log of the platform');
}
