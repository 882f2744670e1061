import type { PlatformRecords } from '../tasks/team/platform-records.js';
import type { TokenFile } from './token-file.js';

/**
 * The workspace's token for the platform, which the platform issues only once. It is kept in the state directory; in a database that
 * several machines share, it is kept there for all of them. Both places are read: an operator may have written a token to the file, and a move to
 * another store takes the database along.
 */
export class WorkspaceToken {
  readonly #file: TokenFile;
  readonly #records: PlatformRecords;
  /** True: the records are those of several machines. */
  readonly #isShared: boolean;
  readonly #refused = new Set<string>();
  #token: string | undefined;
  #isSaved = true;
  /** True for one that the platform has just issued: no place has it yet. */
  #isNew = false;

  private constructor(file: TokenFile, records: PlatformRecords, isShared: boolean) {
    this.#file = file;
    this.#records = records;
    this.#isShared = isShared;
  }

  static async open(file: TokenFile, records: PlatformRecords, isShared: boolean): Promise<WorkspaceToken> {
    const opened = new WorkspaceToken(file, records, isShared);
    await opened.refresh();
    return opened;
  }

  /** Where it is kept, and where an operator may write another one. */
  get place(): string {
    return this.#file.path;
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Reads it again, because another process may have got one. */
  async refresh(): Promise<void> {
    if (!this.#isNew) await this.#choose();
  }

  /** Uses the token from now on; {@link save} keeps it for other processes and later boots. */
  take(token: string): void {
    this.#token = token;
    this.#isSaved = false;
    this.#isNew = true;
  }

  /** Keeps a token that is not kept yet. Called when the platform has accepted it. */
  async save(): Promise<void> {
    if (this.#token === undefined) return;
    this.#refused.delete(this.#token);
    if (this.#isSaved) return;
    if (this.#isShared) await this.#records.set('token', this.#token);
    else await this.#file.save(this.#token);
    this.#isSaved = true;
    this.#isNew = false;
  }

  /** The platform has refused the present token: if another one is kept by now, that is used. */
  async refused(): Promise<void> {
    if (this.#token !== undefined) this.#refused.add(this.#token);
    await this.#choose();
  }

  /** The first token that is kept and was not refused; if there is none, the present one stays. */
  async #choose(): Promise<void> {
    const { token: recorded } = await this.#records.facts();
    const written = await this.#file.read();
    const kept = (this.#isShared ? [recorded, written] : [written, recorded]).filter((token) => token !== undefined);
    this.#token = kept.find((token) => !this.#refused.has(token)) ?? this.#token ?? kept[0];
    // Where it belongs, it is kept once the platform has accepted it.
    this.#isSaved = this.#token === (this.#isShared ? recorded : written) || this.#token === undefined;
  }
}
