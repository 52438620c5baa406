package io.vramhub.protocol.checkpoint;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.api.model.WindowId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The safetensors header: its length as u64, then JSON without white space, metadata first, tensors
 * in the model's order, filled up with spaces so that the data begins at a multiple of 64 bytes.
 *
 * <p>Metadata and model determine every byte. So the reader takes the metadata from where they must
 * stand, writes the header they determine, and compares.
 */
final class CheckpointHeader {
  private static final int ALIGNMENT = 64;
  private static final Pattern METADATA =
      Pattern.compile(
          "\\{\"__metadata__\":\\{\"format\":\"pt\",\"parent\":\"([0-9a-f]{64})"
              + "\",\"run\":\"([0-9a-f]{64})\",\"schema\":\"([0-9a-f]{64})"
              + "\",\"window\":\"(0|[1-9][0-9]{0,17})\"}");

  private CheckpointHeader() {}

  /** The file up to its first parameter. */
  static byte[] toBytes(CheckpointMetadata metadata, ModelSpec spec) {
    StringBuilder json = new StringBuilder();
    json.append("{\"__metadata__\":{\"format\":\"pt\",\"parent\":\"")
        .append(metadata.parent().hex())
        .append("\",\"run\":\"")
        .append(metadata.run().digest().hex())
        .append("\",\"schema\":\"")
        .append(metadata.schema().hex())
        .append("\",\"window\":\"")
        .append(metadata.window().number())
        .append("\"}");
    long offset = 0;
    for (TensorSpec tensor : spec.tensors()) {
      long end = offset + (long) tensor.elements() * Float.BYTES;
      json.append(",\"").append(tensor.name()).append("\":{\"dtype\":\"F32\",\"shape\":[");
      String separator = "";
      for (int dimension : tensor.shape()) {
        json.append(separator).append(dimension);
        separator = ",";
      }
      json.append("],\"data_offsets\":[").append(offset).append(',').append(end).append("]}");
      offset = end;
    }
    json.append('}');
    byte[] text = json.toString().getBytes(StandardCharsets.US_ASCII);
    int length = Math.ceilDiv(Long.BYTES + text.length, ALIGNMENT) * ALIGNMENT;
    byte[] header = new byte[length];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length - Long.BYTES).put(text);
    return header;
  }

  /** No header of this model is longer. */
  static int maximumBytes(ModelSpec spec) {
    CheckpointMetadata longest =
        new CheckpointMetadata(
            new WindowId(Long.MAX_VALUE), Digest.ZERO, Digest.ZERO, new NetworkId(Digest.ZERO));
    return toBytes(longest, spec).length;
  }

  /**
   * The metadata of a header that is byte for byte the one they determine.
   *
   * @param header the file up to its first parameter
   */
  static CheckpointMetadata parse(byte[] header, ModelSpec spec) {
    String text =
        new String(header, Long.BYTES, header.length - Long.BYTES, StandardCharsets.ISO_8859_1);
    Matcher matcher = METADATA.matcher(text);
    if (!matcher.lookingAt()) {
      throw invalid("its header does not begin with the metadata of a checkpoint");
    }
    CheckpointMetadata metadata =
        new CheckpointMetadata(
            new WindowId(Long.parseLong(matcher.group(4))),
            Digest.ofHex(matcher.group(1)),
            Digest.ofHex(matcher.group(3)),
            new NetworkId(Digest.ofHex(matcher.group(2))));
    if (!Arrays.equals(toBytes(metadata, spec), header)) {
      throw invalid("its header does not describe the tensors of this network's model");
    }
    return metadata;
  }

  static HubException invalid(String reason) {
    return new HubException(
        ErrorCode.CHECKPOINT_INVALID,
        "the checkpoint file is refused: " + reason + ". Fetch it again from another source");
  }
}
