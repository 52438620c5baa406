/** Reads JSON that anybody may have written; an error says where it breaks and what belongs there. */

/** Text that is not the JSON it should be. */
export class FormatError extends Error {}

const DECIMAL = /^-?[0-9]{1,39}$/;
const HEX = /^(?:[0-9a-f]{2})*$/;

/** A value and its place in the document. */
export class Json {
  private constructor(
    private readonly value: unknown,
    private readonly path: string,
  ) {}

  static parse(text: string): Json {
    try {
      return new Json(JSON.parse(text), '$');
    } catch (error) {
      throw new FormatError(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  static of(value: unknown): Json {
    return new Json(value, '$');
  }

  at(name: string): Json {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) {
      throw this.wrong('an object');
    }
    const value = Object.hasOwn(this.value, name) ? (this.value as Record<string, unknown>)[name] : undefined;
    return new Json(value, `${this.path}.${name}`);
  }

  list<T>(read: (element: Json) => T): T[] {
    if (!Array.isArray(this.value)) {
      throw this.wrong('a list');
    }
    return this.value.map((element, i) => read(new Json(element, `${this.path}[${i}]`)));
  }

  /** Nothing if the value is null or absent. */
  optional<T>(read: (value: Json) => T): T | undefined {
    return this.value === null || this.value === undefined ? undefined : read(this);
  }

  text(): string {
    if (typeof this.value !== 'string') {
      throw this.wrong('a text');
    }
    return this.value;
  }

  hex(): string {
    if (typeof this.value !== 'string' || !HEX.test(this.value)) {
      throw this.wrong('lower-case hexadecimal digits');
    }
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') {
      throw this.wrong('true or false');
    }
    return this.value;
  }

  /** A whole number that a JSON number holds exactly, not negative. */
  count(): number {
    if (typeof this.value !== 'number' || !Number.isSafeInteger(this.value) || this.value < 0) {
      throw this.wrong('a whole number from 0');
    }
    return this.value;
  }

  /** A whole number of any size, as a number or as decimal digits. */
  integer(): bigint {
    if (typeof this.value === 'number' && Number.isSafeInteger(this.value)) {
      return BigInt(this.value);
    }
    if (typeof this.value === 'string' && DECIMAL.test(this.value)) {
      return BigInt(this.value);
    }
    throw this.wrong('a whole number');
  }

  oneOf<T extends string>(values: readonly T[]): T {
    const found = values.find((value) => value === this.value);
    if (found === undefined) {
      throw this.wrong(`one of ${values.join(', ')}`);
    }
    return found;
  }

  wrong(expected: string): FormatError {
    const shown = JSON.stringify(this.value) ?? 'missing';
    return new FormatError(`${this.path} is ${shown.slice(0, 60)}; it must be ${expected}`);
  }
}
