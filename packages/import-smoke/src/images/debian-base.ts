import { existsSync } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { makeOutsideDirectory } from '../outside-directory.ts';
import { mustRun, run } from '../run-program.ts';
import type { ContainerEngine } from './container-engine.ts';

/** What the official images of Node 24 have. */
const NPM = 'npm@11';
/** Where Debian keeps the certificate authorities of a machine. */
const AUTHORITIES = 'etc/ssl/certs/ca-certificates.crt';

/**
 * Makes sure that the engine has the base image of the Dockerfiles. If its registry cannot be reached, the same is made of Debian's
 * packages (debootstrap), the Node that runs this program, and npm.
 */
export async function provideBase(engine: ContainerEngine, image: string): Promise<void> {
  const [program, ...before] = engine.command;
  const { code } = await run(program, [...before, 'image', 'inspect', image], '/');
  if (code === 0) return;
  const pulled = await run(program, [...before, 'pull', image], '/');
  if (pulled.code === 0) return;
  console.log(`${image} cannot be pulled, so it is made with debootstrap.`);
  await using scratch = await makeOutsideDirectory('base');
  const tarball = await makeBase(scratch.path, image);
  await mustRun(program, [...before, 'import', ...authorities(), tarball, image], scratch.path);
}

async function makeBase(directory: string, image: string): Promise<string> {
  const root = join(directory, 'root');
  const suite = /-(\w+)-slim$/.exec(image)?.[1] ?? 'bookworm';
  await mustRun('debootstrap', ['--variant=minbase', '--include=ca-certificates', suite, root], directory);
  await mustRun('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node'], directory);
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
  const npm = join(root, 'usr/local/lib/node_modules/npm');
  await mkdir(npm, { recursive: true });
  const { stdout } = await mustRun('npm', ['pack', '--silent', NPM], directory);
  await mustRun('tar', ['--extract', '--file', stdout.trim(), '--directory', npm, '--strip-components=1'], directory);
  for (const name of ['npm', 'npx']) {
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  }
  if (existsSync(`/${AUTHORITIES}`)) {
    await mkdir(join(root, dirname(AUTHORITIES)), { recursive: true });
    await copyFile(`/${AUTHORITIES}`, join(root, AUTHORITIES));
  }
  const tarball = join(directory, 'root.tar');
  await mustRun('tar', ['--create', '--file', tarball, '--directory', root, '.'], directory);
  return tarball;
}

/** A machine behind a proxy has authorities of its own, which Node and pip do not take from the system. */
function authorities(): readonly string[] {
  return ['NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'SSL_CERT_FILE'].flatMap((name) => [
    '--change',
    `ENV ${name}=/${AUTHORITIES}`,
  ]);
}
