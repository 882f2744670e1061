import type { RuntimeInfo } from '../runtime-types.js';
import { createPaint, type Paint } from './paint.js';

export interface FirstScreenOptions {
  readonly color: boolean;
  /** How the command `molecule` is called on this machine. */
  readonly command: string;
}

/** What a terminal shows once the runtime is ready: what runs, where, and two lines to paste. Ends with a line feed. */
export function renderFirstScreen(info: RuntimeInfo, options: FirstScreenOptions): string {
  const paint = createPaint(options.color);
  const rows: [label: string, value: string][] = [
    ['engine', info.engine],
    ['model', modelText(info, paint)],
    ['url', `${info.url}   card ${info.cardUrl}`],
    ...(info.cardSaysLocalhost === true ? [['', localhostText(paint)] as [string, string]] : []),
    ['state', info.taskStore === 'memory' ? 'in memory: tasks are forgotten when this process ends' : info.stateDir],
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

function modelText(info: RuntimeInfo, paint: Paint): string {
  if (!info.demoModel) return info.model === '' ? "the engine's own choice" : info.model;
  const { modelKeys = [] } = info;
  // Only what this engine takes: another provider's key would change nothing.
  const remedy = modelKeys.length === 0 ? '' : `; for a real one set ${modelKeys.join(' or ')}, and start again`;
  return `${paint.warning('demo model')} ${info.model}: small and often wrong${remedy}`;
}

function localhostText(paint: Paint): string {
  return `${paint.warning('the card says localhost')}: callers on other machines will call themselves; set MOLECULE_PUBLIC_URL`;
}

function durableText({ durable }: RuntimeInfo): string {
  const ui = durable.uiUrl === undefined ? '' : `, ${durable.uiUrl}`;
  return `${durable.yes ? 'yes' : 'no'} - ${durable.detail}${ui}`;
}

function accessText(info: RuntimeInfo): string {
  return info.access === 'tokens'
    ? 'with a bearer token; put one of yours into $TOKEN'
    : 'anonymous: everybody who reaches this address';
}

function curlLine(info: RuntimeInfo): string {
  // The id differs each time: the same message twice would be the same task.
  const message = { role: 'ROLE_USER', messageId: "hello-'$(date +%s)'", parts: [{ text: 'Hello!' }] };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } });
  const authorization = info.access === 'tokens' ? ` -H "Authorization: Bearer $TOKEN"` : '';
  return `curl -s ${quote(`${info.url}/`)}${authorization} -H 'A2A-Version: 1.0' -H 'Content-Type: application/json' -d '${body}'`;
}

function sendLine(info: RuntimeInfo, command: string): string {
  return `${command} send ${quote(info.url)}${info.access === 'tokens' ? ' --token "$TOKEN"' : ''} 'Hello!'`;
}

/** An address needs no quotes in a shell, unless it has signs that mean something there, such as `[::1]` in zsh. */
function quote(url: string): string {
  return /^[\w./:-]+$/.test(url) ? url : `'${url.replaceAll("'", "'\\''")}'`;
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
