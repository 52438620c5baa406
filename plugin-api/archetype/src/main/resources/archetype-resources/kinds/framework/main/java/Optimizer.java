package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TrainingPlan.AdamW;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** AdamW with clipping of the global gradient norm. Its file: model, steps, both moments. */
final class Optimizer {
  private final float[] first;
  private final float[] second;
  private long steps;

  Optimizer(int parameters) {
    first = new float[parameters];
    second = new float[parameters];
  }

  /** Moves the parameters against the gradient. */
  void step(float[] parameters, float[] gradient, AdamW settings) {
    steps++;
    double squares = 0;
    for (float each : gradient) {
      squares += (double) each * each;
    }
    double norm = Math.sqrt(squares);
    float clip = norm > settings.clipNorm() ? (float) (settings.clipNorm() / norm) : 1;
    double firstBias = 1 - Math.pow(settings.beta1(), steps);
    double secondBias = 1 - Math.pow(settings.beta2(), steps);
    for (int i = 0; i < parameters.length; i++) {
      float slope = gradient[i] * clip;
      first[i] += (1 - settings.beta1()) * (slope - first[i]);
      second[i] += (1 - settings.beta2()) * (slope * slope - second[i]);
      double direction =
          first[i] / firstBias / (Math.sqrt(second[i] / secondBias) + settings.epsilon());
      double decay = settings.weightDecay() * parameters[i];
      parameters[i] -= (float) (settings.learningRate() * (direction + decay));
    }
  }

  private static Digest digest(ModelSpec model) {
    return Digest.sha256(model.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static int fileBytes(int parameters) {
    return Digest.LENGTH + Long.BYTES + 2 * Float.BYTES * parameters;
  }

  void save(ModelSpec model, Path file) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(fileBytes(first.length)).put(digest(model).array()).putLong(steps);
    for (float[] moments : new float[][] {first, second}) {
      bytes.asFloatBuffer().put(moments);
      bytes.position(bytes.position() + Float.BYTES * moments.length);
    }
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.write(partial, bytes.array());
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static Optimizer restore(ModelSpec model, int parameters, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    byte[] digest = new byte[Digest.LENGTH];
    if (bytes.remaining() == fileBytes(parameters)) {
      bytes.get(digest);
    }
    if (!Digest.of(digest).equals(digest(model))) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, file + " is not of an optimizer of this model");
    }
    Optimizer restored = new Optimizer(parameters);
    restored.steps = bytes.getLong();
    for (float[] moments : new float[][] {restored.first, restored.second}) {
      bytes.asFloatBuffer().get(moments);
      bytes.position(bytes.position() + Float.BYTES * moments.length);
    }
    return restored;
  }
}
