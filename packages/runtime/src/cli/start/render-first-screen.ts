import type { RuntimeInfo } from '../../boot/runtime-types.js';
import { createPaint, type Paint } from '../host/paint.js';

export interface FirstScreenOptions {
  readonly color: boolean;
  /** The command `molecule` as it can be pasted on this machine. */
  readonly command: string;
}

/** What a terminal shows once the runtime is ready: what runs, where, and two commands to paste. Ends with a line feed. */
export function renderFirstScreen(info: RuntimeInfo, options: FirstScreenOptions): string {
  const paint = createPaint(options.color);
  const rows: [label: string, value: string][] = [
    ['engine', info.engine],
    ['model', modelText(info, paint)],
    ['url', `${info.url}   card ${info.cardUrl}`],
    ...(info.console ? [['console', consoleText(info.console, paint)] as [string, string]] : []),
    ...(info.grpc ? [['grpc', grpcText(info.grpc)] as [string, string]] : []),
    ...(info.cardSaysLocalhost === true ? [['', localhostText(paint)] as [string, string]] : []),
    ['state', stateText(info)],
    ['durable', durableText(info)],
    ['access', accessText(info)],
    ['try', curlLine(info)],
    ['', sendLine(info, options.command)],
  ];
  const description = info.description === '' ? '' : paint.dim(` - ${firstLine(info.description)}`);
  return [
    `${paint.bold(info.name)} ${info.version}${description}`,
    ...rows.map(([label, value]) => `  ${paint.dim(label.padEnd(8))}${value}`),
    '',
  ].join('\n');
}

function stateText({ taskStore, stateDir, database }: RuntimeInfo): string {
  if (taskStore === 'memory') return 'in memory: all tasks are lost when this process ends';
  return database === undefined ? stateDir : `tasks in ${database}, files of the engine in ${stateDir}`;
}

function modelText(info: RuntimeInfo, paint: Paint): string {
  if (!info.demoModel) return info.model === '' ? 'not set; the engine decides' : info.model;
  const { modelKeys = [] } = info;
  // The keys that this engine reads. The key of another provider would change nothing.
  const remedy = modelKeys.length === 0 ? '' : `; for a real model set ${modelKeys.join(' or ')} and restart`;
  return `${paint.warning('demo model')} ${info.model}: small, its answers are often wrong${remedy}`;
}

function consoleText(console: NonNullable<RuntimeInfo['console']>, paint: Paint): string {
  return 'url' in console ? console.url : paint.dim('not installed: npm install -D @molecule/console, and restart');
}

function grpcText({ address, encrypted }: NonNullable<RuntimeInfo['grpc']>): string {
  return `${address}   ${encrypted ? 'with TLS' : 'not encrypted'}`;
}

function localhostText(paint: Paint): string {
  return `${paint.warning('the card says localhost')}: clients on other machines cannot use it; set MOLECULE_PUBLIC_URL`;
}

function durableText({ durable }: RuntimeInfo): string {
  const ui = durable.uiUrl === undefined ? '' : `, web UI ${durable.uiUrl}`;
  return `${durable.yes ? 'yes' : 'no'} - ${durable.detail}${ui}`;
}

function accessText({ access }: RuntimeInfo): string {
  return ACCESS_TEXTS[access];
}

const ACCESS_TEXTS: Readonly<Record<RuntimeInfo['access'], string>> = {
  tokens: 'with a bearer token; set $TOKEN to one of yours',
  certificates: 'with a certificate that an authority in MOLECULE_TLS_CLIENT_CA_FILE has signed',
  anonymous: 'anonymous: anyone who can reach this address',
};

function curlLine(info: RuntimeInfo): string {
  // A new id for each call: a message that is sent twice is the same task.
  const message = { role: 'ROLE_USER', messageId: "hello-'$(date +%s)'", parts: [{ text: 'Hello!' }] };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } });
  const authorization = info.access === 'tokens' ? ` -H "Authorization: Bearer $TOKEN"` : '';
  return `curl -s ${quote(`${info.url}/`)}${authorization} -H 'A2A-Version: 1.0' -H 'Content-Type: application/json' -d '${body}'`;
}

function sendLine(info: RuntimeInfo, command: string): string {
  return `${command} send ${quote(info.url)}${info.access === 'tokens' ? ' --token "$TOKEN"' : ''} 'Hello!'`;
}

/** Quotes only what a shell would change, such as `[::1]` in zsh. */
function quote(url: string): string {
  return /^[\w./:-]+$/.test(url) ? url : `'${url.replaceAll("'", "'\\''")}'`;
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
