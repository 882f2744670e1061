import type { Paint } from '../host/paint.js';
import type { VerifyReport, VerifyResult } from './find-verify.js';

/** One check's result: a line, and its remedy below. */
export function renderResult({ name, status, detail, remedy, ms }: VerifyResult, paint: Paint): string {
  const paints = { ok: paint.good, warn: paint.warning, skip: paint.dim, fail: paint.bad };
  const time = ms < 100 ? '' : ` (${(ms / 1000).toFixed(1)} s)`;
  const line = `${paints[status](status.padEnd(5))} ${name.padEnd(15)} ${indent(detail)}${time}\n`;
  return remedy === undefined ? line : `${line}${' '.repeat(22)}-> ${indent(remedy)}\n`;
}

/** The last lines: whether the template is verified, and its badge. */
export function renderEnd({ ok, package: name, version, results, badge }: VerifyReport, paint: Paint): string {
  const failures = results.filter(({ status }) => status === 'fail').length;
  const what = `${name} ${version}`.trim();
  if (!ok) return `\n${paint.bad(`${what}: ${failures} failed`)}\n`;
  return `\n${paint.good(`${what} is verified`)}\nbadge: ${badge}\n`;
}

function indent(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(22)}`);
}
