package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * Cuts one reading of a source into parts. The last part is not emitted before length and digest of
 * the whole are found to be the announced ones. Asks the source for no more than the parts that are
 * asked for need.
 */
final class PartCutter {
  private final BlobRef ref;
  private final int partBytes;
  private final MessageDigest hash = Digest.newSha256();
  private byte[] part;
  private int filled;
  private int number = 1;
  private long taken;

  /**
   * @param number from 1
   */
  record Part(int number, byte[] bytes) {}

  private PartCutter(BlobRef ref, int partBytes) {
    this.ref = ref;
    this.partBytes = partBytes;
    this.part = nextBuffer();
  }

  /** Parts of the size, the last one of what remains; an empty object has one empty part. */
  static Flux<Part> cut(BlobRef ref, BlobSource source, int partBytes) {
    return Flux.defer(
        () -> {
          PartCutter cutter = new PartCutter(ref, partBytes);
          return Flux.defer(source.content())
              .concatMapIterable(chunk -> slices(chunk, partBytes), 1)
              .<Part>handle(cutter::take)
              .concatWith(Flux.defer(() -> Flux.just(cutter.last())));
        });
  }

  private static List<ByteBuffer> slices(ByteBuffer chunk, int most) {
    List<ByteBuffer> slices = new ArrayList<>();
    for (int at = chunk.position(); at < chunk.limit(); at += most) {
      slices.add(chunk.slice(at, Math.min(most, chunk.limit() - at)));
    }
    return slices;
  }

  private byte[] nextBuffer() {
    return new byte[(int) Math.min(partBytes, ref.length() - taken)];
  }

  /** Emits a part that the slice makes full, if others follow it. */
  private void take(ByteBuffer slice, SynchronousSink<Part> sink) {
    taken += slice.remaining();
    if (taken > ref.length()) {
      sink.error(mismatch("they are more than the " + ref.length() + " announced"));
      return;
    }
    hash.update(slice.duplicate());
    int fitting = Math.min(slice.remaining(), part.length - filled);
    slice.get(part, filled, fitting);
    filled += fitting;
    if (filled == part.length && taken < ref.length() || slice.hasRemaining()) {
      sink.next(new Part(number++, part));
      int rest = slice.remaining();
      taken -= rest;
      part = nextBuffer();
      taken += rest;
      slice.get(part, 0, rest);
      filled = rest;
    }
  }

  private Part last() {
    if (taken != ref.length()) {
      throw mismatch("they are " + taken + " where " + ref.length() + " were announced");
    }
    Digest digest = Digest.of(hash.digest());
    if (!digest.equals(ref.digest())) {
      throw mismatch("they hash to " + digest + " where " + ref.digest() + " was announced");
    }
    return new Part(number, Arrays.copyOf(part, filled));
  }

  private HubException mismatch(String difference) {
    return new HubException(
        ErrorCode.STORAGE_CORRUPT,
        "the bytes to store under "
            + ref.key()
            + " are not the announced ones: "
            + difference
            + ". Nothing was stored; read or make them again.");
  }
}
