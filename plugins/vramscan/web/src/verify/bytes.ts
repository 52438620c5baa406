/** Bytes and their hexadecimal form. */

/** Lower-case hexadecimal digits, two a byte, without a prefix. */
export type Hex = string;

const HEX = /^(?:[0-9a-f]{2})*$/;

/** Reads hexadecimal digits, with or without `0x`; throws a {@link RangeError} that shows the text. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/^0x/, '').toLowerCase();
  if (!HEX.test(digits)) {
    throw new RangeError(`not hexadecimal digits, two a byte: ${abbreviate(text)}`);
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

export function toHex(bytes: Uint8Array): Hex {
  let text = '';
  for (const byte of bytes) {
    text += byte.toString(16).padStart(2, '0');
  }
  return text;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function abbreviate(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
