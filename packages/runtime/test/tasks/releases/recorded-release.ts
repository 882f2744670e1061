import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type StoreName = 'postgres' | 'sqlite';

/** A column as processes depend on it. */
export interface Column {
  readonly type: string;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
}

/** The tables of a store, and what refuses rows in them: unique indexes, constraints, triggers, each in the words of the database. */
export interface Schema {
  readonly tables: Readonly<Record<string, Readonly<Record<string, Column>>>>;
  readonly rules: Readonly<Record<string, readonly string[]>>;
}

/** What processes of a released version need of a store: its tables, and the statements that they send. */
export interface RecordedRelease {
  readonly migrations: readonly string[];
  readonly schema: Schema;
  readonly statements: readonly string[];
}

const DIRECTORY = fileURLToPath(new URL('./recorded/', import.meta.url));
const MANIFEST = new URL('../../../package.json', import.meta.url);

/** The minor version of this package, such as `0.1`. */
export function ownMinor(): string {
  const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { readonly version: string };
  return version.split('.').slice(0, 2).join('.');
}

/** The minor version that comes after another one by so many. */
export function minorAfter(minor: string, by: number): string {
  const [major, own] = minor.split('.').map(Number) as [number, number];
  return `${major}.${own + by}`;
}

/** The minor versions that are recorded and that processes of this version may run beside. */
export function recordedMinors(): readonly string[] {
  const beside = [minorAfter(ownMinor(), -1), ownMinor()];
  return readdirSync(DIRECTORY).filter((minor) => beside.includes(minor));
}

/** True while changesets wait for the next version, so that the present one is no release. */
export function hasChangesets(): boolean {
  const changesets = fileURLToPath(new URL('../../../../../.changeset/', import.meta.url));
  return readdirSync(changesets).some((file) => file.endsWith('.md') && file !== 'README.md');
}

export function isRecorded(minor: string, store: StoreName): boolean {
  return existsSync(join(DIRECTORY, minor, `${store}.json`));
}

export function readRelease(minor: string, store: StoreName): RecordedRelease {
  return JSON.parse(readFileSync(join(DIRECTORY, minor, `${store}.json`), 'utf8')) as RecordedRelease;
}

export function writeRelease(minor: string, store: StoreName, release: RecordedRelease): void {
  mkdirSync(join(DIRECTORY, minor), { recursive: true });
  writeFileSync(join(DIRECTORY, minor, `${store}.json`), `${JSON.stringify(release, null, 1)}\n`);
}
