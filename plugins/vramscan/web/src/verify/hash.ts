/** SHA-256 and the protocol's hash of several parts under a domain. */
import { sha256 } from '@noble/hashes/sha2.js';
import { BcsWriter } from './bcs.ts';

export { sha256 };

/**
 * `H("domain" | part | …)`: SHA-256 over the domain as a BCS string followed by each part as a BCS
 * `vector<u8>`, as the Java class `CanonicalHash`.
 */
export function canonicalHash(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create().update(new BcsWriter().string(domain).toBytes());
  for (const part of parts) {
    hash.update(new BcsWriter().uleb128(part.length).toBytes()).update(part);
  }
  return hash.digest();
}
