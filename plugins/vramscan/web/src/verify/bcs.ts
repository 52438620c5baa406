/**
 * Binary Canonical Serialization as the protocol uses it: little-endian integers, ULEB128 lengths.
 * The twin of the Java class `BcsWriter`; golden vectors hold the two together.
 */
import { toHex, utf8 } from './bytes.ts';

const U64_LIMIT = 1n << 64n;

/** Writes a message, value after value. */
export class BcsWriter {
  private readonly out: number[] = [];

  /** Bytes written so far. */
  get length(): number {
    return this.out.length;
  }

  u8(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 0xff) {
      throw new RangeError(`${value} does not fit u8`);
    }
    this.out.push(value);
    return this;
  }

  u64(value: bigint | number): this {
    let rest = BigInt(value);
    if (rest < 0n || rest >= U64_LIMIT) {
      throw new RangeError(`${value} does not fit u64`);
    }
    for (let i = 0; i < 8; i++) {
      this.out.push(Number(rest & 0xffn));
      rest >>= 8n;
    }
    return this;
  }

  /** A signed number as Move holds it: `negative: bool, magnitude: u64`; zero is positive. */
  signed(value: bigint): this {
    return this.u8(value < 0n ? 1 : 0).u64(value < 0n ? -value : value);
  }

  /** A length. */
  uleb128(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.out.push((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.out.push(rest);
    return this;
  }

  /** A `vector<u8>`: its length, then the bytes. */
  bytes(bytes: Uint8Array): this {
    return this.uleb128(bytes.length).fixed(bytes);
  }

  /** A fixed array: the bytes alone. */
  fixed(bytes: Uint8Array): this {
    for (const byte of bytes) {
      this.out.push(byte);
    }
    return this;
  }

  string(text: string): this {
    return this.bytes(utf8(text));
  }

  vector<T>(elements: readonly T[], write: (writer: this, element: T) => void): this {
    this.uleb128(elements.length);
    elements.forEach((element) => write(this, element));
    return this;
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.out);
  }
}

/** The eight little-endian bytes of a number. */
export function u64(value: bigint | number): Uint8Array {
  return new BcsWriter().u64(value).toBytes();
}

/** Bytes that are not the message they should be; the text says where the first rule breaks. */
export class BcsError extends Error {}

/** One decoded value and where it stands in the bytes. */
export interface BcsField {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  /** The value for people. */
  readonly text: string;
}

/** Reads a message and keeps note of where each value stood. */
export class BcsReader {
  readonly fields: BcsField[] = [];
  private position = 0;

  constructor(private readonly data: Uint8Array) {}

  u8(name: string): number {
    const value = this.take(1, name)[0] as number;
    this.note(name, 'u8', 1, String(value));
    return value;
  }

  bool(name: string): boolean {
    const value = this.take(1, name)[0] as number;
    if (value > 1) {
      throw new BcsError(`${name} at byte ${this.position - 1} is ${value}, a bool is 0 or 1`);
    }
    this.note(name, 'bool', 1, value === 1 ? 'true' : 'false');
    return value === 1;
  }

  u64(name: string): bigint {
    const value = littleEndian(this.take(8, name));
    this.note(name, 'u64', 8, value.toString());
    return value;
  }

  /** A signed number; a negative zero is refused, so that one number has one form. */
  signed(name: string): bigint {
    const negative = this.bool(`${name}.negative`);
    const magnitude = this.u64(`${name}.magnitude`);
    if (negative && magnitude === 0n) {
      throw new BcsError(`${name} is a negative zero`);
    }
    return negative ? -magnitude : magnitude;
  }

  fixed(name: string, length: number): Uint8Array {
    const bytes = this.take(length, name);
    this.note(name, `[u8; ${length}]`, length, toHex(bytes));
    return bytes;
  }

  string(name: string): string {
    const start = this.position;
    const length = this.uleb128(name);
    const bytes = this.take(length, name);
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new BcsError(`${name} at byte ${start} is not UTF-8`);
    }
    this.note(name, 'string', this.position - start, text);
    return text;
  }

  vector<T>(name: string, read: (reader: this, name: string) => T): T[] {
    const start = this.position;
    const count = this.uleb128(name);
    if (count > this.data.length - this.position) {
      throw new BcsError(`${name} at byte ${start} announces ${count} elements, more than fit`);
    }
    this.note(`${name}.length`, 'uleb128', this.position - start, String(count));
    return Array.from({ length: count }, (_, i) => read(this, `${name}[${i}]`));
  }

  /** Throws unless every byte has been read. */
  end(): void {
    if (this.position !== this.data.length) {
      throw new BcsError(`${this.data.length - this.position} bytes follow the message's end`);
    }
  }

  private uleb128(name: string): number {
    let value = 0;
    for (let shift = 1; ; shift *= 0x80) {
      const byte = this.take(1, name)[0] as number;
      value += (byte & 0x7f) * shift;
      if (value > 0x7fffffff) {
        throw new BcsError(`the length of ${name} exceeds 2^31`);
      }
      if (byte < 0x80) {
        if (byte === 0 && shift > 1) {
          throw new BcsError(`the length of ${name} is not in its shortest form`);
        }
        return value;
      }
    }
  }

  private take(length: number, name: string): Uint8Array {
    if (this.position + length > this.data.length) {
      throw new BcsError(`the bytes end at ${this.data.length}, within ${name}`);
    }
    this.position += length;
    return this.data.subarray(this.position - length, this.position);
  }

  private note(name: string, type: string, length: number, text: string): void {
    this.fields.push({ name, type, offset: this.position - length, length, text });
  }
}

/** An unsigned number from little-endian bytes. */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) {
    value = (value << 8n) | BigInt(bytes[i] as number);
  }
  return value;
}
