package io.vramhub.protocol.payload;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a payload says of itself (protocol section 4); the committed hash covers it.
 *
 * @param baseRoot root of the checkpoint the miner trained from
 * @param schema hash of the model's schema
 * @param codec name of the codec
 * @param topk values kept per chunk
 * @param assignmentDigest digest of the pages the miner trained on
 */
public record PayloadHeader(
    NetworkId network,
    WindowId window,
    MinerUid miner,
    Digest baseRoot,
    Digest schema,
    String codec,
    int topk,
    Digest assignmentDigest) {
  private static final byte[] MAGIC = "VRAMGRAD".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT = 1;

  /** No header is longer. */
  static final int MAXIMUM_BYTES = 256;

  private static final int MAXIMUM_CODEC_NAME = 64;

  byte[] toBytes() {
    return new BcsWriter()
        .fixed(MAGIC)
        .u32(FORMAT)
        .fixed(network.digest().array())
        .u64(window.number())
        .u64(miner.value())
        .fixed(baseRoot.array())
        .fixed(schema.array())
        .string(codec)
        .u32(topk)
        .fixed(assignmentDigest.array())
        .toByteArray();
  }

  static PayloadHeader parse(byte[] bytes) throws PayloadException {
    if (bytes.length > MAXIMUM_BYTES) {
      throw PayloadException.malformed("the header has " + bytes.length + " bytes");
    }
    try {
      return BcsReader.message("header", bytes, PayloadHeader::read);
    } catch (HubException e) {
      throw PayloadException.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static PayloadHeader read(BcsReader reader) {
    if (!Arrays.equals(reader.fixed(MAGIC.length), MAGIC)) {
      throw reader.invalid("this is no gradient header");
    }
    long format = reader.u32();
    if (format != FORMAT) {
      throw reader.invalid("format " + format + " is not " + FORMAT);
    }
    return new PayloadHeader(
        new NetworkId(digest(reader)),
        new WindowId(reader.u64()),
        new MinerUid(Math.toIntExact(reader.u64())),
        digest(reader),
        digest(reader),
        reader.string(MAXIMUM_CODEC_NAME),
        reader.i32(),
        digest(reader));
  }

  private static Digest digest(BcsReader reader) {
    return Digest.of(reader.fixed(Digest.LENGTH));
  }

  /**
   * What is wrong with a payload that carries this header where another was expected: {@code
   * WRONG_OWNER} for another miner or network, else {@code WRONG_BASE} for anything else that
   * differs; empty if it is as expected.
   */
  public Optional<Verdict> verify(PayloadHeader expected) {
    if (!network.equals(expected.network) || !miner.equals(expected.miner)) {
      return Optional.of(Verdict.WRONG_OWNER);
    }
    return equals(expected) ? Optional.empty() : Optional.of(Verdict.WRONG_BASE);
  }
}
