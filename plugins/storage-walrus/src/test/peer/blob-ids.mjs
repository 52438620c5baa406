// Prints shards,length,blob id as Mysten's encoder gives them, for the bytes of Noise.java.
//   npm ci && node blob-ids.mjs > ../resources/io/vramhub/storage/walrus/redstuff/blob-ids.csv
//   node blob-ids.mjs 1000 67108864      one of them, with its milliseconds
import init, { BlobEncoder } from '@mysten/walrus-wasm';

await init();

function noise(length) {
  const bytes = new Uint8Array(length);
  let state = 0x9E3779B9 ^ length;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

function blobId(shards, length) {
  const [id] = new BlobEncoder(shards).compute_metadata(noise(length));
  return Buffer.from(id).toString('base64url');
}

if (process.argv.length > 2) {
  const [shards, length] = process.argv.slice(2).map(Number);
  const begin = performance.now();
  console.log([shards, length, blobId(shards, length), Math.round(performance.now() - begin)].join());
} else {
  // Around what fills the matrix once, and around symbols of one and two blocks of 64 bytes.
  for (const shards of [4, 7, 10, 13, 31, 100]) {
    for (const length of [0, 1, 2, 17, 55, 56, 57, 1000, 4096, 65535, 65537]) {
      console.log([shards, length, blobId(shards, length)].join());
    }
  }
  console.log([100, 1_000_000, blobId(100, 1_000_000)].join());
  console.log([1000, 445_557, blobId(1000, 445_557)].join());
}
