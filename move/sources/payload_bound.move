/// The longest a sealed gradient may be (protocol section 5): what follows from the model and from
/// how the codec `topk-q2/1` cuts it, the same number as the class `PayloadEnvelope` of the Java
/// kernel gives.
///
/// Each tensor is cut into chunks of 4,096, the last one shorter; a chunk keeps `min(topk, length)`
/// values, each with a two-bit code and a position in Rice's code, and one scale byte.
module vramhub::payload_bound;

const CHUNK: u64 = 4096;

/// `ln 2` in 1/65536, from which the parameter of Rice's code follows.
const LN2: u64 = 45_426;

/// Bytes around the tensors: the archive, the header, the sealed key and the envelope.
const OVERHEAD: u64 = 8192 + 256 + 4096 + 256;

/// What the chunks counted so far take.
public struct Total has drop {
    tensors: u64,
    chunks: u64,
    kept: u64,
    index_bits: u64,
}

public(package) fun bytes(
    vocabulary: u64,
    layers: u64,
    width: u64,
    key_value_width: u64,
    feed_forward: u64,
    tied_head: bool,
    topk: u64,
): u64 {
    let mut total = Total { tensors: 0, chunks: 0, kept: 0, index_bits: 0 };
    total.add(if (tied_head) 1 else 2, vocabulary * width, topk);
    // Two norms in each layer and one at the end.
    total.add(2 * layers + 1, width, topk);
    // Query and output projections.
    total.add(2 * layers, width * width, topk);
    total.add(2 * layers, key_value_width * width, topk);
    total.add(3 * layers, feed_forward * width, topk);
    OVERHEAD + (total.index_bits + 7) / 8 + (total.kept + 3) / 4 + total.chunks + 4 * total.tensors
}

/// Counts `tensors` tensors of so many elements each.
fun add(self: &mut Total, tensors: u64, elements: u64, topk: u64) {
    self.tensors = self.tensors + tensors;
    self.add_chunks(tensors * (elements / CHUNK), CHUNK, topk);
    let rest = elements % CHUNK;
    if (rest > 0) self.add_chunks(tensors, rest, topk);
}

fun add_chunks(self: &mut Total, chunks: u64, length: u64, topk: u64) {
    let kept = topk.min(length);
    let gap = ((length * LN2 >> 16) / kept).max(1);
    let parameter = floor_log2(gap);
    let bits = kept * (parameter as u64 + 1) + ((length - kept) >> parameter);
    self.chunks = self.chunks + chunks;
    self.kept = self.kept + chunks * kept;
    self.index_bits = self.index_bits + chunks * bits;
}

fun floor_log2(mut value: u64): u8 {
    let mut log = 0;
    while (value > 1) {
        value = value >> 1;
        log = log + 1;
    };
    log
}
