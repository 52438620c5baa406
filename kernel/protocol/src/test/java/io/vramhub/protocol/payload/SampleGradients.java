package io.vramhub.protocol.payload;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A small model whose tensors end in whole, short and single chunks, and residuals for it. */
public final class SampleGradients {
  /** 46,624 parameters in 20 tensors and 28 chunks. */
  public static final ModelSpec SPEC =
      new ModelSpec(300, 2, 32, 4, 2, 160, 32, 10_000, 10_000, true);

  private SampleGradients() {}

  public static NetworkParameters.Model model(ModelSpec spec, int topk) {
    return withTopG(spec, topk, 15);
  }

  public static NetworkParameters.Model withTopG(ModelSpec spec, int topk, int topG) {
    return new NetworkParameters.Model(
        spec,
        GradientCodec.TOPK_Q2,
        topk,
        20,
        8,
        950_000_000,
        1_000_000_000,
        1_000_000_000,
        topG,
        500_000_000,
        10);
  }

  public static NetworkParameters.Model model(int topk) {
    return model(SPEC, topk);
  }

  /** Heavy-tailed values of very different sizes per region, like a real residual. */
  public static float[] residual(ModelSpec spec, long seed) {
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(spec.parameters())];
    double size = 1e-3;
    for (int i = 0; i < values.length; i++) {
      if (i % 1500 == 0) {
        size = StrictMath.exp(random.nextGaussian() - 7);
      }
      values[i] = (float) (random.nextGaussian() * size * (1 + random.nextInt(3)));
    }
    return values;
  }

  public static PayloadHeader header(NetworkParameters.Model model) {
    return new PayloadHeader(
        new NetworkId(digest("network")),
        new WindowId(7),
        new MinerUid(3),
        digest("base"),
        digest("schema"),
        model.codec(),
        model.topk(),
        digest("pages"));
  }

  public static EncodedGradient encoded(NetworkParameters.Model model, long seed) {
    return GradientCodec.of(model).encode(MemorySegment.ofArray(residual(model.spec(), seed)));
  }

  public static byte[] payload(NetworkParameters.Model model, long seed) {
    return GradientPayload.write(header(model), encoded(model, seed));
  }

  public static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
