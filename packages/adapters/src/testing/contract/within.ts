import { ContractViolation } from '../../errors/contract-violation.js';

/** The promise's own outcome, or a violation when it takes longer. */
export async function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const violation = new ContractViolation(`${what} within ${milliseconds} ms`);
    timer = setTimeout(() => reject(violation), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
