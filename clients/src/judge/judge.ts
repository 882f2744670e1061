import { isDeepStrictEqual } from 'node:util';
import type { Exception } from './exception.ts';
import type { ReportLine } from './report-line.ts';

export type Verdict = 'ok' | 'FAIL' | 'client' | '-';

/** One operation of one kit over one binding and version. */
export interface Cell {
  readonly kit: string;
  readonly operation: string;
  readonly over: string;
  /** `client`: a listed fault of the client. `-`: the client has no such operation. */
  readonly verdict: Verdict;
  /** Empty if the verdict is `ok`. */
  readonly why: string;
}

export interface Played {
  readonly kit: string;
  readonly overs: readonly string[];
  readonly operations: Readonly<Record<string, (over: string) => unknown>>;
  readonly lines: readonly ReportLine[];
  /** How the program ended, if not with 0. */
  readonly ended?: string;
}

/** Judges one kit: every operation over every binding and version must have been reported as wanted, or be an exception that holds. */
export function judge(played: Played, exceptions: readonly Exception[]): readonly Cell[] {
  const mine = exceptions.filter(({ kit }) => kit === played.kit);
  const cells = Object.entries(played.operations).flatMap(([operation, wanted]) =>
    played.overs.map((over) => cellOf(played, operation, over, wanted(over), mine)),
  );
  return [...cells, ...strangers(played), ...unused(played, mine)];
}

function cellOf(
  played: Played,
  operation: string,
  over: string,
  wanted: unknown,
  exceptions: readonly Exception[],
): Cell {
  const lines = played.lines.filter((line) => line.operation === operation && line.over === over);
  const exception = exceptions.find((one) => applies(one, operation, over));
  const cell = (verdict: Verdict, why: string): Cell => ({ kit: played.kit, operation, over, verdict, why });
  if (lines.length > 1) return cell('FAIL', 'The program reported it twice.');
  const problem = problemOf(lines[0], wanted, played.ended);
  if (!exception) return problem === '' ? cell('ok', '') : cell('FAIL', problem);
  if (exception.kind === 'lacks') {
    return lines.length === 0
      ? cell('-', exception.reason)
      : cell('FAIL', `It is listed as an operation that the client lacks (${exception.reason}), but was reported.`);
  }
  if (lines.length === 0) return cell('FAIL', problem);
  if (problem === '') {
    return cell('FAIL', `It is listed as a fault of the client (${exception.reason}), but passes: remove the entry.`);
  }
  return 'saw' in exception && !isDeepStrictEqual(lines[0]?.saw, exception.saw)
    ? cell('FAIL', `A fault of the client is listed, but it is another one: ${problem}`)
    : cell('client', exception.reason);
}

function problemOf(line: ReportLine | undefined, wanted: unknown, ended: string | undefined): string {
  if (!line) return `The program did not report it${ended === undefined ? '' : `; it ended with ${ended}`}.`;
  if (line.broke !== undefined) return `It broke off: ${line.broke}`;
  if (isDeepStrictEqual(line.saw, wanted)) return '';
  return `Wanted ${JSON.stringify(wanted)}, saw ${JSON.stringify(line.saw)}`;
}

/** Reports of operations or bindings that the kit does not declare: a program and its kit must agree. */
function strangers({ kit, overs, operations, lines }: Played): readonly Cell[] {
  return lines
    .filter(({ operation, over }) => !(operation in operations) || !overs.includes(over))
    .map(({ operation, over }) => ({ kit, operation, over, verdict: 'FAIL', why: 'The kit does not declare it.' }));
}

/** Exceptions that name nothing that the kit plays. */
function unused({ kit, overs, operations }: Played, exceptions: readonly Exception[]): readonly Cell[] {
  return exceptions.flatMap((exception) => {
    const { operation } = exception;
    const named = exception.over ?? overs;
    const unknown = operation in operations ? named.filter((over) => !overs.includes(over)) : named;
    const why = 'An exception names an operation, a binding or a version that the kit does not have.';
    return unknown.map((over): Cell => ({ kit, operation, over, verdict: 'FAIL', why }));
  });
}

function applies({ operation, over }: Exception, wantedOperation: string, wantedOver: string): boolean {
  return operation === wantedOperation && (over?.includes(wantedOver) ?? true);
}
