import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * @param programs the name of the Debian package of each program
 * @throws {Error} that names all that are missing
 */
export function requirePrograms(programs: Readonly<Record<string, string>>): void {
  const missing = Object.keys(programs).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((name) => programs[name]))].join(' ');
  throw new Error(
    `This form needs ${missing.join(', ')}, which this machine does not have. On Debian or Ubuntu: apt-get install ${packages}`,
  );
}

function isInstalled(program: string): boolean {
  const directories = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
