import { ContractViolationError } from '../../errors/contract-violation.js';

/** @throws {ContractViolationError} if the promise takes longer; otherwise what the promise rejects with */
export async function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const violation = new ContractViolationError(`${what} within ${milliseconds} ms`);
    timer = setTimeout(() => reject(violation), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
