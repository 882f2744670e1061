import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Installs the real Hermes once; later test runs use the same installation. */
export default function installHermes(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/setup.mjs', import.meta.url))], {
    stdio: 'inherit',
  });
}
