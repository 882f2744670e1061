import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { compile } from '../src/kits/compile.ts';
import { install } from '../src/kits/install-once.ts';
import { InstallError } from '../src/kits/kit.ts';

const FAILING = ['sh', '-c', 'echo "line 3: no such name" >&2; exit 2'];

it('a client that cannot be had may be skipped, and a program that does not compile may not', async () => {
  const missing = await install(FAILING, tmpdir()).catch((error: unknown) => error);
  expect(missing).toBeInstanceOf(InstallError);
  const broken = await compile(FAILING, tmpdir(), 60_000).catch((error: unknown) => error);
  expect(broken).not.toBeInstanceOf(InstallError);
  expect((broken as Error).message).toMatch(/ended with 2: line 3: no such name$/);
});
