import type { PlatformRecords } from '../../tasks/team/platform-records.js';
import type { TokenFile } from './token-file.js';

/** Tokens that the platform has issued before the workspace registers. */
export interface GivenTokens {
  /** Of the platform's provisioner, which writes a new one before each start. */
  readonly provisioned: () => Promise<string | undefined>;
  /** Of the environment. */
  readonly variable: string | undefined;
}

const NONE_GIVEN: GivenTokens = { provisioned: async () => undefined, variable: undefined };

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
  readonly #given: GivenTokens;
  readonly #refused = new Set<string>();
  /** The token that the platform has accepted last. */
  #accepted: string | undefined;
  #token: string | undefined;
  #isSaved = true;
  /** True for one that the platform has just issued: no place has it yet. */
  #isNew = false;

  private constructor(file: TokenFile, records: PlatformRecords, isShared: boolean, given: GivenTokens) {
    this.#given = given;
    this.#file = file;
    this.#records = records;
    this.#isShared = isShared;
  }

  static async open(
    file: TokenFile,
    records: PlatformRecords,
    isShared: boolean,
    given: GivenTokens = NONE_GIVEN,
  ): Promise<WorkspaceToken> {
    const opened = new WorkspaceToken(file, records, isShared, given);
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

  /** The platform has accepted a call with the token. */
  accepted(token: string): void {
    this.#accepted = token;
    this.#refused.delete(token);
  }

  /** True if the platform has accepted the token, and not refused it since. */
  isAccepted(token: string): boolean {
    return this.#accepted === token;
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
    this.#accepted = undefined;
    await this.#choose();
  }

  /** The first token that is kept and was not refused; if there is none, the present one stays. */
  async #choose(): Promise<void> {
    const { token: recorded } = await this.#records.facts();
    const written = await this.#file.read();
    const { provisioned, variable } = this.#given;
    const own = this.#isShared ? [recorded, written] : [written, recorded];
    const kept = [await provisioned(), ...own, variable].filter((token) => token !== undefined);
    this.#token = kept.find((token) => !this.#refused.has(token)) ?? this.#token ?? kept[0];
    // Where it belongs, it is kept once the platform has accepted it.
    this.#isSaved = this.#token === (this.#isShared ? recorded : written) || this.#token === undefined;
  }
}
