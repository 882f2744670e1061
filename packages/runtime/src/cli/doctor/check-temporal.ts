import { connect } from 'node:net';
import { importTemporal } from '../../durable/temporal-module.js';
import type { RuntimeSettings } from '../../environment/runtime-settings.js';
import { type CheckResult, fail, ok, warn } from './check.js';

const PACKAGE = '@molecule/temporal';
const CONNECT_MS = 2000;

/** Whether durable execution is to be had: the package is there, and something listens at the address. */
export async function checkTemporal({ temporal }: Pick<RuntimeSettings, 'temporal'>): Promise<CheckResult> {
  const { host, enabled, explicit } = temporal;
  if (enabled === 'off') return ok('temporal', 'switched off by MOLECULE_TEMPORAL=off: tasks end with the process');
  const bad = enabled === 'required' ? fail : warn;
  if ((await importTemporal()) === undefined) {
    return bad('temporal', `${PACKAGE} is not installed: tasks end with the process`, `npm install ${PACKAGE}`);
  }
  const error = await connectOnce(host);
  if (error === undefined) return ok('temporal', `${host} accepts connections, namespace ${temporal.namespace}`);
  const remedy = explicit
    ? 'start Temporal there, or correct TEMPORAL_HOST'
    : 'start one (temporal server start-dev), or set TEMPORAL_HOST, or MOLECULE_TEMPORAL=off';
  return bad('temporal', `${host} cannot be reached (${error}): tasks run without it`, remedy);
}

function connectOnce(address: string): Promise<string | undefined> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  return new Promise((done) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port: Number(port), timeout: CONNECT_MS });
    const end = (result: string | undefined) => {
      socket.destroy();
      done(result);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
