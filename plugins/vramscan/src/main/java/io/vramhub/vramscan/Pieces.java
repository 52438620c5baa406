package io.vramhub.vramscan;

import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.spi.NodeView;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * A stored object whose digest nobody knows, read in ranges smaller than the whole: storage checks
 * a digest when it hands out a whole object, and a checkpoint is bound by its root instead.
 */
final class Pieces {
  private static final long PIECE = 1 << 20;

  private Pieces() {}

  static Flux<ByteBuffer> of(NodeView node, BlobRef ref, ByteRange bytes) {
    long piece = Math.max(1, Math.min(PIECE, ref.length() - 1));
    long pieces = (bytes.length() + piece - 1) / piece;
    return Flux.generate(
            () -> 0L,
            (Long done, SynchronousSink<ByteRange> sink) -> {
              if (done == pieces) {
                sink.complete();
                return done;
              }
              long begin = bytes.offset() + done * piece;
              sink.next(
                  new ByteRange(begin, Math.min(piece, bytes.offset() + bytes.length() - begin)));
              return done + 1;
            })
        .concatMap(range -> node.read(ref, range), 1);
  }
}
