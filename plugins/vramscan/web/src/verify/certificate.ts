/**
 * Just enough DER (X.690) and X.509 (RFC 5280) to follow a chain of P-384 certificates. Whatever is
 * not of that narrow shape is refused: this reader decides about trust and guesses nothing.
 */
import { equalBytes, toHex } from './bytes.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BOOLEAN = 0x01;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

const ECDSA_WITH_SHA384 = '2a8648ce3d040303';
const EC_PUBLIC_KEY = '2a8648ce3d0201';
const SECP384R1 = '2b81040022';
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
/** What this reader understands or may safely pass over: key identifiers carry no permission. */
const KNOWN_EXTENSIONS = new Set([BASIC_CONSTRAINTS, KEY_USAGE]);

const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;

/** A certificate that cannot be read; the text says why. */
export class CertificateError extends Error {}

export interface Certificate {
  readonly der: Uint8Array;
  /** The bytes its issuer signed. */
  readonly signed: Uint8Array;
  /** The issuer's signature, DER of r and s. */
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The common name of the subject, or its DER in hexadecimal. For people. */
  readonly name: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** The uncompressed P-384 point, 97 bytes. */
  readonly publicKey: Uint8Array;
  readonly authority: boolean;
  /** Certificates that may follow below; unlimited if absent. */
  readonly pathLength?: number;
  readonly signsCertificates: boolean;
  readonly signsDocuments: boolean;
}

/** Reads one certificate; throws a {@link CertificateError}. */
export function readCertificate(der: Uint8Array): Certificate {
  const outer = new Der(der);
  const certificate = outer.enter(SEQUENCE);
  outer.end();
  const body = certificate.whole(SEQUENCE);
  const algorithm = certificate.whole(SEQUENCE);
  const signature = bitString(certificate.content(BIT_STRING));
  certificate.end();

  const fields = new Der(body).enter(SEQUENCE);
  if (toHex(fields.optional(0xa0) ?? new Uint8Array()) !== '020102') {
    throw new CertificateError('a certificate is not of version 3');
  }
  fields.content(INTEGER);
  const innerAlgorithm = fields.whole(SEQUENCE);
  if (!equalBytes(algorithm, innerAlgorithm) || !isEcdsaWithSha384(algorithm)) {
    throw new CertificateError('a certificate is not signed with ECDSA and SHA-384');
  }
  const issuer = fields.whole(SEQUENCE);
  const validity = fields.enter(SEQUENCE);
  const notBeforeMs = time(validity);
  const notAfterMs = time(validity);
  validity.end();
  const subject = fields.whole(SEQUENCE);
  const publicKey = p384Key(fields.enter(SEQUENCE));
  const extensions = readExtensions(fields.optional(0xa3));
  fields.end();
  return {
    der,
    signed: body,
    signature,
    issuer,
    subject,
    name: commonName(subject),
    notBeforeMs,
    notAfterMs,
    publicKey,
    ...extensions,
  };
}

type Extensions = Pick<Certificate, 'authority' | 'pathLength' | 'signsCertificates' | 'signsDocuments'>;

function readExtensions(wrapped: Uint8Array | undefined): Extensions {
  let found: Extensions = { authority: false, signsCertificates: false, signsDocuments: false };
  if (!wrapped) {
    return found;
  }
  const list = new Der(wrapped).enter(SEQUENCE);
  const seen = new Set<string>();
  while (list.more()) {
    const extension = list.enter(SEQUENCE);
    const id = toHex(extension.content(OBJECT_IDENTIFIER));
    const critical = extension.optional(BOOLEAN)?.[0] === 0xff;
    const value = extension.content(OCTET_STRING);
    extension.end();
    if (seen.has(id)) {
      throw new CertificateError('a certificate has an extension twice');
    }
    seen.add(id);
    if (critical && !KNOWN_EXTENSIONS.has(id)) {
      throw new CertificateError(`a certificate has an unknown critical extension ${id}`);
    }
    if (id === BASIC_CONSTRAINTS) {
      found = { ...found, ...basicConstraints(value) };
    } else if (id === KEY_USAGE) {
      const bits = bitString(new Der(value).content(BIT_STRING), true)[0] ?? 0;
      found = {
        ...found,
        signsCertificates: (bits & KEY_CERT_SIGN) !== 0,
        signsDocuments: (bits & DIGITAL_SIGNATURE) !== 0,
      };
    }
  }
  return found;
}

function basicConstraints(value: Uint8Array): Pick<Certificate, 'authority' | 'pathLength'> {
  const constraints = new Der(value).enter(SEQUENCE);
  const authority = constraints.optional(BOOLEAN)?.[0] === 0xff;
  const length = constraints.optional(INTEGER);
  constraints.end();
  return { authority, ...(length ? { pathLength: Number.parseInt(toHex(length), 16) } : {}) };
}

function isEcdsaWithSha384(algorithm: Uint8Array): boolean {
  const parts = new Der(algorithm).enter(SEQUENCE);
  return toHex(parts.content(OBJECT_IDENTIFIER)) === ECDSA_WITH_SHA384 && !parts.more();
}

function p384Key(info: Der): Uint8Array {
  const algorithm = info.enter(SEQUENCE);
  const kind = toHex(algorithm.content(OBJECT_IDENTIFIER));
  const curve = algorithm.more() ? toHex(algorithm.content(OBJECT_IDENTIFIER)) : '';
  const point = bitString(info.content(BIT_STRING));
  if (kind !== EC_PUBLIC_KEY || curve !== SECP384R1 || point.length !== 97 || point[0] !== 4) {
    throw new CertificateError('a certificate holds no P-384 key');
  }
  return point;
}

function bitString(content: Uint8Array, partial = false): Uint8Array {
  if (content.length === 0 || (!partial && content[0] !== 0)) {
    throw new CertificateError('a bit string of a certificate is not whole bytes');
  }
  return content.subarray(1);
}

function time(validity: Der): number {
  const { tag, content } = validity.next();
  const text = new TextDecoder().decode(content);
  const utc = /^(\d\d)(\d{10})Z$/.exec(text);
  const general = /^(\d{4})(\d{10})Z$/.exec(text);
  const match = tag === UTC_TIME ? utc : tag === GENERALIZED_TIME ? general : null;
  if (!match) {
    throw new CertificateError('a date of a certificate cannot be read');
  }
  const [, year = '', rest = ''] = match;
  // RFC 5280: two digits from 50 on mean the last century.
  const century = tag === UTC_TIME ? (Number(year) >= 50 ? '19' : '20') : '';
  const [month, day, hour, minute, second] = rest.match(/\d\d/g) as string[];
  return Date.parse(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** The last common name of a distinguished name. */
function commonName(name: Uint8Array): string {
  let found = '';
  const sets = new Der(name).enter(SEQUENCE);
  while (sets.more()) {
    const attribute = sets.enter(0x31).enter(SEQUENCE);
    const id = toHex(attribute.content(OBJECT_IDENTIFIER));
    const { content } = attribute.next();
    if (id === '550403') {
      found = new TextDecoder().decode(content);
    }
  }
  return found || toHex(name);
}

/** Walks DER: definite, shortest lengths only. */
class Der {
  private position = 0;

  constructor(private readonly data: Uint8Array) {}

  more(): boolean {
    return this.position < this.data.length;
  }

  end(): void {
    if (this.more()) {
      throw new CertificateError('a certificate has bytes where a structure ends');
    }
  }

  /** The next value, whatever it is. */
  next(): { tag: number; content: Uint8Array; whole: Uint8Array } {
    const start = this.position;
    const tag = this.byte();
    const first = this.byte();
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > 2) {
        throw new CertificateError('a length of a certificate is indefinite or too large');
      }
      length = 0;
      for (let i = 0; i < count; i++) {
        length = length * 256 + this.byte();
      }
      if (length < 0x80 || (count === 2 && length < 0x100)) {
        throw new CertificateError('a length of a certificate is not in its shortest form');
      }
    }
    const end = this.position + length;
    if (end > this.data.length) {
      throw new CertificateError('a certificate ends within a value');
    }
    const content = this.data.subarray(this.position, end);
    this.position = end;
    return { tag, content, whole: this.data.subarray(start, end) };
  }

  content(tag: number): Uint8Array {
    return this.expect(tag).content;
  }

  /** The next value with its tag and length. */
  whole(tag: number): Uint8Array {
    return this.expect(tag).whole;
  }

  enter(tag: number): Der {
    return new Der(this.content(tag));
  }

  /** The content of the next value if it has the tag. */
  optional(tag: number): Uint8Array | undefined {
    return this.data[this.position] === tag ? this.next().content : undefined;
  }

  private expect(tag: number): { content: Uint8Array; whole: Uint8Array } {
    const value = this.next();
    if (value.tag !== tag) {
      throw new CertificateError(`a certificate has tag ${value.tag} where ${tag} belongs`);
    }
    return value;
  }

  private byte(): number {
    const byte = this.data[this.position++];
    if (byte === undefined) {
      throw new CertificateError('a certificate ends within a value');
    }
    return byte;
  }
}
