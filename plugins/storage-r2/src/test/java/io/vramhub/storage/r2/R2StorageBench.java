package io.vramhub.storage.r2;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.Blobs;
import io.vramhub.tck.TestPluginContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Megabytes a second to S3Proxy on loopback and back; not a test. */
final class R2StorageBench {
  private static final int LENGTH = 64 << 20;
  private static final int ROUNDS = 5;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private R2StorageBench() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Files.createTempDirectory("r2-bench");
    try (S3ProxyServer server = S3ProxyServer.start(home);
        TestPluginContext context =
            TestPluginContext.in(home.resolve("data"))
                .withSettings(S3ProxyServer.settings(server.endpoint(), home, "bench/"))) {
      StorageBackend storage =
          new R2StorageProvider().open(context).blockOptional(LIMIT).orElseThrow();
      List<Double> puts = new ArrayList<>();
      List<Double> reads = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        BlobSource source = BlobSource.of(Blobs.random(LENGTH, round));
        long begin = System.nanoTime();
        BlobRef ref =
            storage.put(new BlobKey("object-" + round), source).blockOptional(LIMIT).orElseThrow();
        long between = System.nanoTime();
        storage.read(ref, ByteRange.whole(ref)).blockLast(LIMIT);
        long end = System.nanoTime();
        puts.add(megabytesPerSecond(between - begin));
        reads.add(megabytesPerSecond(end - between));
        storage.delete(ref.key()).block(LIMIT);
      }
      storage.close().block(LIMIT);
      System.out.printf(
          "64 MiB objects, best of %d: put %.0f MB/s, read %.0f MB/s%n",
          ROUNDS, Collections.max(puts), Collections.max(reads));
    }
  }

  private static double megabytesPerSecond(long nanoseconds) {
    return LENGTH * 1e3 / nanoseconds;
  }
}
