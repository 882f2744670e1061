import type { CallerFiles, FileToWrite } from '../../a2a/caller-files.js';

/** Digits of the number of a placeholder. */
const NUMBER_DIGITS = 4;
const MOST_FILES = 16 ** NUMBER_DIGITS;

/** A piece of an answer: text, or a file in place of its placeholder. */
export type AnswerPiece = string | { readonly file: FileToWrite; readonly encodedTwice: boolean };

/**
 * The files of one HTTP request and its answer, outside of their JSON. A placeholder stands for each: 36 characters that begin with
 * a random number of this request, so that no text of a caller can be taken for one.
 */
export class RequestFiles implements CallerFiles {
  readonly acceptsUrls: boolean;
  readonly #nonce = crypto.randomUUID().replaceAll('-', '');
  readonly #received = new Map<string, Uint8Array>();
  readonly #written: FileToWrite[] = [];
  #onStored = () => {};

  constructor(acceptsUrls: boolean) {
    this.acceptsUrls = acceptsUrls;
  }

  /** Keeps a file of the request. Returns the base64 that takes its place in the JSON. */
  add(file: Uint8Array): string {
    const placeholder = this.#placeholder(this.#received.size);
    this.#received.set(placeholder, file);
    return base64(placeholder);
  }

  /** Forgets the files of the request. */
  forget(): void {
    this.#received.clear();
  }

  /** `leave` is called when the message of the request was stored or refused. */
  onStored(leave: () => void): void {
    this.#onStored = leave;
  }

  readonly stored = (): void => {
    this.forget();
    this.#onStored();
  };

  /** Forgets the file: its receiver keeps it as long as it is needed. */
  readonly received = (placeholder: Uint8Array): Uint8Array | undefined => {
    const text = Buffer.from(placeholder).toString('latin1');
    const file = this.#received.get(text);
    this.#received.delete(text);
    return file;
  };

  readonly placeholderFor = (file: FileToWrite): Uint8Array => {
    if (this.#written.length === MOST_FILES) throw new RangeError(`An answer may hold ${MOST_FILES} files.`);
    return Buffer.from(this.#placeholder(this.#written.push(file) - 1));
  };

  /** The JSON of an answer, in pieces: what stands before a file, the file, and so on. REST of 0.3 may encode base64 as base64 again. */
  piecesOf(json: string): readonly AnswerPiece[] {
    if (this.#written.length === 0) return [json];
    // Hexadecimal digits as base64 hold neither of the characters that have a meaning in a pattern.
    const once = base64(this.#nonce.slice(0, 30));
    const twice = base64(once.slice(0, 39));
    const pattern = new RegExp(`(${once}[A-Za-z0-9]{8})|(${twice}[A-Za-z0-9]{12})`);
    const texts = json.split(pattern);
    const pieces: AnswerPiece[] = [];
    for (let at = 0; at < texts.length; at += 3) {
      const [text = '', single, double] = texts.slice(at, at + 3);
      pieces.push(text);
      const encoded = single ?? (double === undefined ? undefined : decoded(double));
      if (encoded !== undefined)
        pieces.push({ file: this.#fileOf(decoded(encoded)), encodedTwice: double !== undefined });
    }
    return pieces;
  }

  #placeholder(number: number): string {
    return this.#nonce + number.toString(16).padStart(NUMBER_DIGITS, '0');
  }

  #fileOf(placeholder: string): FileToWrite {
    const file = this.#written[Number.parseInt(placeholder.slice(this.#nonce.length), 16)];
    if (!file) throw new RangeError('An answer holds the placeholder of no file.');
    return file;
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}
