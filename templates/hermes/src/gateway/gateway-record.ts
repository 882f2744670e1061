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

/** What the next boot must know of a running gateway, to take it over or to end it. */
export type GatewayRecord = z.output<typeof recordSchema>;

/** The record at `path`; `undefined` when there is none that can be used. */
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
