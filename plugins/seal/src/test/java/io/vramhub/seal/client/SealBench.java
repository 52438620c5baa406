package io.vramhub.seal.client;

import static java.util.Objects.requireNonNull;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import io.vramhub.seal.server.ServedCommittee;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.TestSigner;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Sealing a data key of 32 bytes for three key servers of which two are needed, and opening it: by
 * their keys once they are remembered, and with asking them over HTTP on loopback (the audit log of
 * each synchronizes its disk). The system property {@code repeats} says how often; the first half
 * warms up.
 */
final class SealBench {
  private static final SealPolicy GRADIENT =
      new SealPolicy.Gradient(EvaluationRequests.NETWORK, new WindowId(1), new MinerUid(1));
  private static final int REPEATS = Integer.getInteger("repeats", 400);

  private SealBench() {}

  public static void main(String[] arguments) {
    Path home = Path.of("target", "seal-bench");
    try (ServedCommittee committee = ServedCommittee.whileScoring(home.resolve("committee"));
        TestPluginContext context =
            TestPluginContext.in(home.resolve("client")).withSettings(committee.settings())) {
      Credential secret = new Credential(new Bytes(new byte[32]));
      SealReader scorer =
          new SealReader.Validator(new ValidatorUid(1), new TestSigner("validator 1"));
      CredentialSealer sealer = open(context);
      measure("seal", () -> requireNonNull(sealer.seal(secret, GRADIENT).block()));
      SealedCredential sealed = requireNonNull(sealer.seal(secret, GRADIENT).block());
      measure("open, keys remembered", () -> sealer.open(sealed, GRADIENT, scorer).block());
      measure(
          "open, keys fetched",
          () -> {
            CredentialSealer fresh = open(context);
            requireNonNull(fresh.open(sealed, GRADIENT, scorer).block());
            fresh.close().block();
          });
      sealer.close().block();
    }
  }

  private static CredentialSealer open(TestPluginContext context) {
    return requireNonNull(new SealProvider().open(context).block());
  }

  @SuppressWarnings("SystemOut")
  private static void measure(String what, Runnable work) {
    long[] nanoseconds = new long[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      work.run();
      nanoseconds[i] = System.nanoTime() - start;
    }
    long[] warm = LongStream.of(nanoseconds).skip(REPEATS / 2).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s: median %.2f ms, least %.2f ms%n",
        what,
        warm[warm.length / 2] / 1e6,
        warm[0] / 1e6);
  }
}
