import { connect } from 'node:net';
import { importTemporal } from '../../execution/durable/temporal-module.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { bareHost } from '../../support/network/host.js';
import { type CheckResult, fail, ok, warn } from './check.js';

const PACKAGE = '@molecule/temporal';
const CONNECT_MS = 2000;

/** Checks that tasks can run durably: the package is installed, and Temporal's address accepts connections. */
export async function checkTemporal({ temporal }: Pick<RuntimeSettings, 'temporal'>): Promise<CheckResult> {
  const { host, enabled, explicit } = temporal;
  if (enabled === 'off') return ok('temporal', 'MOLECULE_TEMPORAL=off: tasks are not durable');
  const bad = enabled === 'required' ? fail : warn;
  if ((await importTemporal()) === undefined) {
    return bad('temporal', `${PACKAGE} is not installed: tasks are not durable`, `npm install ${PACKAGE}`);
  }
  const error = await connectOnce(host);
  if (error === undefined) return ok('temporal', `${host} accepts connections, namespace ${temporal.namespace}`);
  const remedy = explicit
    ? 'start Temporal there, or correct TEMPORAL_HOST'
    : 'start the agent with molecule start --dev, which starts Temporal too; or set TEMPORAL_HOST; or set MOLECULE_TEMPORAL=off';
  return bad('temporal', `${host} cannot be reached (${error}): tasks are not durable`, remedy);
}

function connectOnce(address: string): Promise<string | undefined> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  return new Promise((done) => {
    const socket = connect({ host: bareHost(host), port: Number(port), timeout: CONNECT_MS });
    const end = (result: string | undefined) => {
      socket.destroy();
      done(result);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
