package io.vramhub.protocol.payload;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Verdict;
import io.vramhub.protocol.message.CanonicalHash;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;

/**
 * The payload file (protocol section 4): a PyTorch archive that stock {@code torch.load(path,
 * weights_only=True)} opens as a dict of five flat tensors, {@code header}, {@code indices}, {@code
 * codes}, {@code chunk_scales} (u8) and {@code tensor_scales} (f32).
 *
 * @param header what the payload says of itself
 * @param gradient the decoded view
 * @param contentDigest over the four tensors beside the header; equal gradients have equal digests
 *     whoever sends them, in whatever container
 */
public record GradientPayload(PayloadHeader header, SparseGradient gradient, Digest contentDigest) {
  private static final String HEADER = "header";
  private static final String INDICES = "indices";
  private static final String CODES = "codes";
  private static final String CHUNK_SCALES = "chunk_scales";
  private static final String TENSOR_SCALES = "tensor_scales";

  /** Canonical: equal arguments give equal bytes. */
  public static byte[] write(PayloadHeader header, EncodedGradient gradient) {
    SequencedMap<String, TorchTensor> tensors = new LinkedHashMap<>();
    tensors.put(HEADER, new TorchTensor(TorchTensor.Type.U8, new Bytes(header.toBytes())));
    tensors.put(INDICES, new TorchTensor(TorchTensor.Type.U8, gradient.indices()));
    tensors.put(CODES, new TorchTensor(TorchTensor.Type.U8, gradient.codes()));
    tensors.put(CHUNK_SCALES, new TorchTensor(TorchTensor.Type.U8, gradient.chunkScales()));
    tensors.put(TENSOR_SCALES, new TorchTensor(TorchTensor.Type.F32, gradient.tensorScales()));
    return TorchArchive.write(tensors);
  }

  /**
   * Reads a peer's bytes. Total: whatever the bytes, it returns or throws {@link PayloadException},
   * in time and memory bounded by {@link #maximumBytes}.
   */
  public static GradientPayload read(byte[] file, NetworkParameters.Model model)
      throws PayloadException {
    ChunkLayout layout = ChunkLayout.of(model);
    if (file.length > maximumBytes(layout)) {
      throw PayloadException.malformed(
          "the payload has " + file.length + " bytes, more than " + maximumBytes(layout));
    }
    SortedMap<String, TorchTensor> tensors = TorchArchive.read(file);
    PayloadHeader header = PayloadHeader.parse(take(tensors, HEADER, TorchTensor.Type.U8).array());
    if (!header.codec().equals(model.codec()) || header.topk() != model.topk()) {
      throw new PayloadException(
          Verdict.WRONG_BASE,
          "the payload's codec is not the network's "
              + model.codec()
              + " with topk "
              + model.topk());
    }
    EncodedGradient encoded =
        new EncodedGradient(
            take(tensors, INDICES, TorchTensor.Type.U8),
            take(tensors, CODES, TorchTensor.Type.U8),
            take(tensors, CHUNK_SCALES, TorchTensor.Type.U8),
            take(tensors, TENSOR_SCALES, TorchTensor.Type.F32));
    if (!tensors.isEmpty()) {
      throw PayloadException.malformed("the archive has more tensors than a payload");
    }
    Digest content =
        CanonicalHash.of(
            "vramhub/gradient/1",
            encoded.indices().array(),
            encoded.codes().array(),
            encoded.chunkScales().array(),
            encoded.tensorScales().array());
    return new GradientPayload(header, SparseGradient.of(layout, encoded), content);
  }

  /** {@link PayloadHeader#verify} of this payload's header. */
  public Optional<Verdict> verify(PayloadHeader expected) {
    return header.verify(expected);
  }

  /** No payload of this model is longer. */
  public static long maximumBytes(NetworkParameters.Model model) {
    return maximumBytes(ChunkLayout.of(model));
  }

  private static long maximumBytes(ChunkLayout layout) {
    return TorchArchive.MAXIMUM_OVERHEAD
        + PayloadHeader.MAXIMUM_BYTES
        + layout.maximumIndexBytes()
        + layout.codeBytes()
        + layout.chunks()
        + (long) layout.tensors() * Float.BYTES;
  }

  private static Bytes take(
      SortedMap<String, TorchTensor> tensors, String name, TorchTensor.Type type)
      throws PayloadException {
    TorchTensor tensor = tensors.remove(name);
    if (tensor == null || tensor.type() != type) {
      throw PayloadException.malformed("the payload has no " + type + " tensor " + name);
    }
    return tensor.bytes();
  }
}
