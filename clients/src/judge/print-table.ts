import type { Cell } from './judge.ts';

/** Prints kit by operation, then each cell that is not `ok` with its reason, then the counts. */
export function printTable(cells: readonly Cell[], missing: Readonly<Record<string, string>>): void {
  const kits = [...new Set(cells.map(({ kit }) => kit))];
  const operations = [...new Set(cells.map(({ operation }) => operation))];
  console.log(`\n| operation | ${kits.join(' | ')} |`);
  console.log(`|---|${kits.map(() => '---|').join('')}`);
  for (const operation of operations) {
    const row = kits.map((kit) => summary(cells.filter((cell) => cell.kit === kit && cell.operation === operation)));
    console.log(`| ${operation} | ${row.join(' | ')} |`);
  }
  for (const verdict of ['client', '-', 'FAIL'] as const) {
    for (const [heading, why] of grouped(cells.filter((cell) => cell.verdict === verdict))) {
      console.log(`${verdict === 'client' ? 'the client:' : verdict.padEnd(6)} ${heading}\n       ${why}`);
    }
  }
  for (const [kit, reason] of Object.entries(missing)) console.log(`not run: ${kit}\n       ${reason}`);
  const count = (verdict: string) => cells.filter((cell) => cell.verdict === verdict).length;
  console.log(
    `\n${kits.length} kits, ${cells.length} cells: ${count('ok')} ok, ${count('client')} faults of clients, ` +
      `${count('-')} operations that clients lack, ${count('FAIL')} failed`,
  );
}

/** `ok` if all bindings and versions are; otherwise each verdict with those that it holds for. */
function summary(cells: readonly Cell[]): string {
  const verdicts = [...new Set(cells.map(({ verdict }) => verdict))];
  if (verdicts.length <= 1) return verdicts[0] ?? '';
  return verdicts
    .map(
      (verdict) =>
        `${verdict}: ${cells
          .filter((cell) => cell.verdict === verdict)
          .map((cell) => short(cell.over))
          .join(', ')}`,
    )
    .join('; ');
}

function short(over: string): string {
  return over.replace('JSONRPC', 'J').replace('HTTP+JSON', 'R').replace('GRPC', 'G');
}

/** Cells with the same reason, under one heading. */
function grouped(cells: readonly Cell[]): ReadonlyMap<string, string> {
  const groups = new Map<string, { readonly overs: string[]; readonly heading: string; readonly why: string }>();
  for (const { kit, operation, over, why } of cells) {
    const key = JSON.stringify([kit, operation, why]);
    const group = groups.get(key) ?? { overs: [], heading: `${kit}, ${operation}`, why };
    group.overs.push(short(over));
    groups.set(key, group);
  }
  return new Map([...groups.values()].map(({ heading, overs, why }) => [`${heading} (${overs.join(', ')})`, why]));
}
