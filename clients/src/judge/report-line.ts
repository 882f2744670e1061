/** One line of a program: what it saw of an operation, or that the operation broke off. */
export interface ReportLine {
  readonly operation: string;
  readonly over: string;
  readonly saw?: unknown;
  /** An error that the operation is not about. */
  readonly broke?: string;
}

/** The report lines of a program's output; libraries may print other lines, which are no JSON objects with an operation. */
export function reportLines(output: string): readonly ReportLine[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{"operation"')) return [];
    try {
      return [JSON.parse(line) as ReportLine];
    } catch (error) {
      throw new Error(`A program printed a damaged report line: ${line.slice(0, 200)}`, { cause: error });
    }
  });
}
