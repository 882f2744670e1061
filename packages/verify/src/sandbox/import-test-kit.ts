import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolve } from 'import-meta-resolve';
import { VerifyError } from '../verify-error.js';

type TestKit = typeof import('@molecule/adapters/testing/kit');

/** The test kit of the contract that the template is built for, from its own packages. */
export async function importTestKit(template: string): Promise<TestKit> {
  const parent = pathToFileURL(join(template, 'package.json')).href;
  try {
    return (await import(resolve('@molecule/adapters/testing/kit', parent))) as TestKit;
  } catch (error) {
    throw new VerifyError(
      `@molecule/adapters/testing/kit cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      'npm install @molecule/adapters@latest',
    );
  }
}
