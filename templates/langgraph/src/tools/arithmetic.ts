/** The names that `evaluate` supports besides + - * / % ^ and parentheses. */
const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  max: Math.max,
  min: Math.min,
  round: Math.round,
  sqrt: Math.sqrt,
};

const CONSTANTS: Readonly<Record<string, number>> = { e: Math.E, pi: Math.PI };

const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-z][a-z0-9]*)|(\*\*|[-+*/%^(),]))/iy;

/**
 * The value of an arithmetic expression, from a parser of its own: no part of the text runs as code.
 *
 * @throws {Error} with the position of a syntax error, or if the result is not a finite number
 */
export function evaluate(expression: string): number {
  const value = new Parser(tokenize(expression)).parse();
  if (!Number.isFinite(value)) throw new Error(`"${expression}" has no finite value.`);
  return value;
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  const text = expression.trimEnd();
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new Error(`Cannot read "${text.slice(start).trim()}" in "${expression}".`);
    tokens.push(match[1] ?? match[2]?.toLowerCase() ?? match[3] ?? '');
  }
  return tokens;
}

/** Recursive descent: sum, product, sign, power, primary; each binds tighter than the one before. */
class Parser {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(): number {
    const value = this.#sum();
    if (this.#position < this.#tokens.length) throw new Error(`Did not expect "${this.#tokens[this.#position]}".`);
    return value;
  }

  #sum(): number {
    let value = this.#product();
    for (;;) {
      if (this.#take('+')) value += this.#product();
      else if (this.#take('-')) value -= this.#product();
      else return value;
    }
  }

  #product(): number {
    let value = this.#signed();
    for (;;) {
      if (this.#take('*')) value *= this.#signed();
      else if (this.#take('/')) value /= this.#signed();
      else if (this.#take('%')) value %= this.#signed();
      else return value;
    }
  }

  #signed(): number {
    if (this.#take('-')) return -this.#signed();
    if (this.#take('+')) return this.#signed();
    return this.#power();
  }

  #power(): number {
    const base = this.#primary();
    // Right-associative, and the exponent may have a sign: 2 ^ -3 ^ 2.
    return this.#take('^') || this.#take('**') ? base ** this.#signed() : base;
  }

  #primary(): number {
    if (this.#take('(')) {
      const value = this.#sum();
      this.#expect(')');
      return value;
    }
    const token = this.#tokens[this.#position];
    if (token === undefined) throw new Error('The expression ends too early.');
    this.#position += 1;
    if (/^[\d.]/.test(token)) return Number(token);
    if (Object.hasOwn(CONSTANTS, token)) return CONSTANTS[token] as number;
    if (!Object.hasOwn(FUNCTIONS, token)) throw new Error(`Did not expect "${token}".`);
    return (FUNCTIONS[token] as (...values: number[]) => number)(...this.#parameters());
  }

  #parameters(): number[] {
    this.#expect('(');
    const values = [this.#sum()];
    while (this.#take(',')) values.push(this.#sum());
    this.#expect(')');
    return values;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#position] !== token) return false;
    this.#position += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token))
      throw new Error(`Expected "${token}", found "${this.#tokens[this.#position] ?? 'the end'}".`);
  }
}
