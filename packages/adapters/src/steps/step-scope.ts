import type { StepEvent } from '../contract/steps.js';
import { demand, kindOf } from '../errors/contract-violation.js';

const LONGEST_NAME = 200;
/** How many of the last calls an error shows. */
const SHOWN = 3;

/** A call of a step, a question or a sleep, with what identifies it. */
export interface StepCall {
  readonly scope: StepScope;
  readonly path: string;
  readonly place?: number;
  readonly overlaps: boolean;
}

/** The code of a turn, or of a step, in which steps are called. */
export class StepScope {
  readonly path: string;
  readonly parent: StepScope | undefined;
  /** The last calls, for errors. */
  readonly called: string[] = [];
  /** Of a step that runs: what it has told. */
  text = '';
  readonly artifacts = new Set<string>();
  readonly events: StepEvent[] = [];
  /** Questions and sleeps that are waited for inside. */
  waits = 0;
  #places = 0;
  #open = 0;
  readonly #names = new Map<string, number>();

  constructor(path = '', parent?: StepScope) {
    this.path = path;
    this.parent = parent;
  }

  /** A call gets its place and its number at once, before anything is awaited: their order is that of the code. */
  call(name: string, id?: string): StepCall {
    assertName(name, 'the name of a step');
    if (id !== undefined) assertName(id, 'the id of a step');
    const place = id === undefined ? ++this.#places : undefined;
    const path = `${this.path}${id === undefined ? this.#numbered(encoded(name)) : `@${encoded(id)}`}`;
    const overlaps = this.#open > 0;
    this.#open++;
    if (place !== undefined) {
      this.called.push(path);
      if (this.called.length > SHOWN) this.called.shift();
    }
    return { scope: this, path, overlaps, ...(place !== undefined && { place }) };
  }

  close(): void {
    this.#open--;
  }

  /** True while a call besides one is open. */
  get overlaps(): boolean {
    return this.#open > 1;
  }

  /** The scope of a step that was called here. */
  inside(path: string): StepScope {
    return new StepScope(`${path}/`, this);
  }

  /** This scope, and those that it is in. */
  *outwards(): Generator<StepScope> {
    for (let scope: StepScope | undefined = this; scope?.parent; scope = scope.parent) yield scope;
  }

  #numbered(name: string): string {
    const number = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, number);
    return number === 1 ? name : `${name}#${number}`;
  }
}

/** Without what separates the parts of a path. */
function encoded(name: string): string {
  return name.replace(/[%#/@]/g, encodeURIComponent);
}

function assertName(name: unknown, what: string): asserts name is string {
  demand(typeof name === 'string', `${what} must be a string, not ${kindOf(name)}`);
  demand(name.length > 0 && name.length <= LONGEST_NAME, `${what} must have 1 to ${LONGEST_NAME} characters`, name);
}
