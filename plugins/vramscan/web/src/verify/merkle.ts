/** Merkle trees over checkpoint files and dataset pages, as the Java `CheckpointTree` and `PageTree`. */
import { u64 } from './bcs.ts';
import { equalBytes, fromHex, toHex, type Hex } from './bytes.ts';
import { canonicalHash } from './hash.ts';

/** Bytes of a checkpoint's leaf. */
export const LEAF_BYTES = 1 << 20;

/** Takes a checkpoint file as it comes, one leaf in memory. */
export class CheckpointHasher {
  private readonly pending = new Uint8Array(LEAF_BYTES);
  private readonly leaves: Uint8Array[] = [];
  private pendingLength = 0;
  private total = 0n;

  update(bytes: Uint8Array): void {
    this.total += BigInt(bytes.length);
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + LEAF_BYTES - this.pendingLength);
      this.pending.set(part, this.pendingLength);
      this.pendingLength += part.length;
      at += part.length;
      if (this.pendingLength === LEAF_BYTES) {
        this.leaves.push(leaf(this.pending));
        this.pendingLength = 0;
      }
    }
  }

  /** The root over everything so far, as it is anchored on the chain. */
  root(): Hex {
    const rest = this.pendingLength > 0 ? [leaf(this.pending.subarray(0, this.pendingLength))] : [];
    return checkpointRoot([...this.leaves, ...rest], this.total);
  }
}

function leaf(bytes: Uint8Array): Uint8Array {
  return canonicalHash('vramhub/checkpoint-leaf/1', bytes);
}

function checkpointRoot(leaves: readonly Uint8Array[], length: bigint): Hex {
  let level = leaves;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = level.slice(i, i + 2) as [Uint8Array, Uint8Array?];
      above.push(right ? canonicalHash('vramhub/checkpoint-node/1', left, right) : left);
    }
    level = above;
  }
  return toHex(canonicalHash('vramhub/checkpoint-root/1', u64(length), ...level));
}

/** Hashes a file piece by piece; `progress` hears the bytes read so far. */
export async function hashCheckpoint(file: Blob, progress: (bytes: number) => void): Promise<Hex> {
  const hasher = new CheckpointHasher();
  const reader = file.stream().getReader();
  let read = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return hasher.root();
    }
    hasher.update(value);
    read += value.length;
    progress(read);
  }
}

/** Whether a page is the one with its index in the dataset of that root and number of pages. */
export function pageVerifies(
  page: Uint8Array,
  index: number,
  path: readonly Hex[],
  root: Hex,
  pages: number,
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= pages) {
    return false;
  }
  const neighbours = path.map(fromHex);
  let value = canonicalHash('vramhub/page/1', page);
  let position = index;
  for (let width = pages; width > 1; width = Math.ceil(width / 2)) {
    const isLeft = position % 2 === 0;
    if (!isLeft || position + 1 < width) {
      const neighbour = neighbours.shift();
      if (!neighbour) {
        return false;
      }
      value = canonicalHash('vramhub/page-node/1', ...(isLeft ? [value, neighbour] : [neighbour, value]));
    }
    position = Math.floor(position / 2);
  }
  return neighbours.length === 0 && equalBytes(value, fromHex(root));
}
