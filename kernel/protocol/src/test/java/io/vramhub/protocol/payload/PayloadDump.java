package io.vramhub.protocol.payload;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Writes the sample payload and what our decoder sees in it, for {@code
 * distribution/acceptance/python/check_payload.py}.
 */
final class PayloadDump {
  private PayloadDump() {}

  /**
   * @param arguments the folder to write {@code payload.pt} and {@code payload.json} to
   */
  public static void main(String[] arguments) throws IOException, PayloadException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    NetworkParameters.Model model = SampleGradients.model(32);
    byte[] payload = SampleGradients.payload(model, 42);
    Files.write(folder.resolve("payload.pt"), payload);
    Files.writeString(folder.resolve("payload.json"), json(payload, model));
  }

  static String json(byte[] payload, NetworkParameters.Model model) throws PayloadException {
    GradientPayload read = GradientPayload.read(payload, model);
    PayloadHeader header = read.header();
    MessageDigest values = Digest.newSha256();
    List<String> first = new ArrayList<>();
    read.gradient()
        .forEach(
            (index, value) -> {
              values.update(
                  ByteBuffer.allocate(12)
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .putLong(index)
                      .putFloat(value)
                      .array());
              if (first.size() < 64) {
                first.add("[" + index + ", " + (double) value + "]");
              }
            });
    return String.format(
        Locale.ROOT,
        """
        {"network": "%s", "window": %s, "miner": %s, "base_root": "%s", "schema": "%s",
         "codec": "%s", "topk": %d, "assignment": "%s", "tensors": %s, "count": %d,
         "squared_norm": %s, "values_sha256": "%s", "first_values": %s}
        """,
        header.network(),
        header.window(),
        header.miner(),
        header.baseRoot(),
        header.schema(),
        header.codec(),
        header.topk(),
        header.assignmentDigest(),
        model.spec().tensors().stream().map(TensorSpec::elements).toList(),
        read.gradient().count(),
        read.gradient().squaredNorm(),
        HexFormat.of().formatHex(values.digest()),
        first);
  }
}
