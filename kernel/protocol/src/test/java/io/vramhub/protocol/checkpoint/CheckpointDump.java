package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.SampleGradients;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Writes checkpoints as {@code transformers} wants them, beside a page of tokens and its strict
 * loss, for {@code distribution/acceptance/python/check_checkpoint.py}.
 */
final class CheckpointDump {
  private CheckpointDump() {}

  /**
   * @param arguments the folder to write {@code tied/} and {@code untied/} to
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    write(folder.resolve("tied"), new ModelSpec(256, 4, 128, 4, 4, 344, 128, 10_000, 10_000, true));
    write(
        folder.resolve("untied"), new ModelSpec(300, 2, 96, 6, 2, 160, 64, 500_000, 1_000, false));
  }

  private static void write(Path folder, ModelSpec spec) throws IOException {
    Files.createDirectories(folder);
    MemorySegment parameters = Arena.ofAuto().allocate(spec.parameters() * Float.BYTES);
    InitialParameters.draw(spec, Digest.ZERO, parameters);
    // Larger weights than the first checkpoint's, so that every part of the model shows in the
    // loss.
    for (long i = 0; i < spec.parameters(); i++) {
      float value = parameters.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      parameters.setAtIndex(
          ValueLayout.JAVA_FLOAT, i, value == 1f ? 0.9f + i % 7 / 40f : 6 * value);
    }
    CheckpointMetadata metadata =
        new CheckpointMetadata(
            new WindowId(1),
            Digest.ZERO,
            ModelSchema.hash(spec),
            new NetworkId(SampleGradients.digest("network")));
    Files.write(
        folder.resolve(CheckpointExport.WEIGHTS_FILE),
        CheckpointFile.toBytes(metadata, spec, parameters));
    Files.writeString(folder.resolve(CheckpointExport.CONFIG_FILE), CheckpointExport.config(spec));
    int[] tokens = new Random(9).ints(4L * spec.context(), 0, spec.vocabulary()).toArray();
    try (StrictEvaluator evaluator = new StrictEvaluator(spec, 1)) {
      long nanoNats =
          evaluator
              .lossNanoNats(parameters, new TokenBatch(4, spec.context(), tokens))
              .orElseThrow();
      Files.writeString(
          folder.resolve("pages.json"),
          String.format(
              Locale.ROOT,
              "{\"length\": %d, \"tokens\": %s, \"loss_nano_nats\": %d}\n",
              spec.context(),
              Arrays.toString(tokens),
              nanoNats));
    }
  }
}
