import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { readJsonFile, writePrivateFile } from '../process/atomic-file.js';

const recordSchema = z.object({
  pid: z.number().int().positive(),
  port: z.number().int().positive(),
  apiKey: z.string().min(16),
  /** Hash of the configuration that the gateway was started with. */
  fingerprint: z.string(),
});

/** What the next start needs in order to adopt or end a running gateway. */
export type GatewayRecord = z.output<typeof recordSchema>;

/** The record at `path`; `undefined` if there is no usable one. */
export async function readGatewayRecord(path: string): Promise<GatewayRecord | undefined> {
  return recordSchema.safeParse(await readJsonFile(path)).data;
}

/** Writes the record, readable by its owner alone: it holds the gateway's key. */
export async function writeGatewayRecord(path: string, record: GatewayRecord): Promise<void> {
  await writePrivateFile(path, JSON.stringify(record));
}

/** Removes the record. */
export async function removeGatewayRecord(path: string): Promise<void> {
  await rm(path, { force: true });
}
