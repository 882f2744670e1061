import { randomUUID } from 'node:crypto';
import { readJsonFile, writePrivateFile } from '../process/atomic-file.js';

/** The random name of a machine's Hermes, made with the first start. */
export async function machineName(path: string): Promise<string> {
  const known = await readJsonFile(path);
  if (typeof known === 'string') return known;
  const name = randomUUID();
  await writePrivateFile(path, JSON.stringify(name));
  return name;
}
