package io.vramhub.protocol.checkpoint;

import static io.vramhub.protocol.checkpoint.CheckpointHeader.invalid;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.protocol.message.ModelSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * The checkpoint file: canonical safetensors with the tensor names of a Hugging Face Llama model
 * (protocol section 8). Equal parameters and metadata give equal bytes. Reading and writing stream
 * through one buffer, whatever the model's size.
 */
public final class CheckpointFile {
  private static final int BUFFER = 1 << 20;
  private static final ValueLayout.OfInt BITS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int INFINITY = 0x7f80_0000;

  private CheckpointFile() {}

  /** Bytes of the file. */
  public static long length(CheckpointMetadata metadata, ModelSpec spec) {
    return CheckpointHeader.toBytes(metadata, spec).length + spec.parameters() * Float.BYTES;
  }

  /**
   * Writes the file, from its first byte to its last.
   *
   * @param parameters the flat parameters, little-endian f32
   * @throws IOException as the channel does
   */
  public static void write(
      CheckpointMetadata metadata,
      ModelSpec spec,
      MemorySegment parameters,
      WritableByteChannel channel)
      throws IOException {
    requireSize(spec, parameters);
    writeFully(channel, ByteBuffer.wrap(CheckpointHeader.toBytes(metadata, spec)));
    byte[] buffer = new byte[BUFFER];
    for (long at = 0; at < parameters.byteSize(); at += BUFFER) {
      int length = (int) Math.min(BUFFER, parameters.byteSize() - at);
      MemorySegment.copy(parameters, ValueLayout.JAVA_BYTE, at, buffer, 0, length);
      writeFully(channel, ByteBuffer.wrap(buffer, 0, length));
    }
  }

  /** The file as one array, for models below 2 GiB. */
  public static byte[] toBytes(
      CheckpointMetadata metadata, ModelSpec spec, MemorySegment parameters) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.toIntExact(length(metadata, spec)));
    try {
      write(metadata, spec, parameters, Channels.newChannel(out));
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory refused bytes", e);
    }
    return out.toByteArray();
  }

  /**
   * Reads a file that came from anybody: exactly the canonical bytes of this model, of this schema,
   * with finite parameters. Whether it is the anchored checkpoint is for its root to say ({@link
   * CheckpointTree}).
   *
   * @param target receives the flat parameters; its content is undefined after an error
   * @throws io.vramhub.api.error.HubException {@code CHECKPOINT_INVALID} for any other content
   * @throws IOException as the channel does
   */
  public static CheckpointMetadata read(
      ReadableByteChannel channel, ModelSpec spec, MemorySegment target) throws IOException {
    requireSize(spec, target);
    ByteBuffer prefix = readFully(channel, Long.BYTES);
    long length = prefix.getLong(0);
    if (length < 0 || length > CheckpointHeader.maximumBytes(spec) - Long.BYTES) {
      throw invalid("it states a header of " + Long.toUnsignedString(length) + " bytes");
    }
    byte[] header = new byte[Long.BYTES + (int) length];
    prefix.get(0, header, 0, Long.BYTES);
    readFully(channel, (int) length).get(0, header, Long.BYTES, (int) length);
    CheckpointMetadata metadata = CheckpointHeader.parse(header, spec);
    if (!metadata.schema().equals(ModelSchema.hash(spec))) {
      throw invalid("it states another schema than its tensors have");
    }
    for (long at = 0; at < target.byteSize(); at += BUFFER) {
      int part = (int) Math.min(BUFFER, target.byteSize() - at);
      ByteBuffer bytes = readFully(channel, part);
      MemorySegment.copy(MemorySegment.ofBuffer(bytes), 0, target, at, part);
      requireFinite(target, at, part);
    }
    if (channel.read(ByteBuffer.allocate(1)) >= 0) {
      throw invalid("bytes follow its last parameter");
    }
    return metadata;
  }

  private static void requireSize(ModelSpec spec, MemorySegment parameters) {
    if (parameters.byteSize() != spec.parameters() * Float.BYTES) {
      throw new IllegalArgumentException(
          "the segment has "
              + parameters.byteSize()
              + " bytes, the model "
              + spec.parameters()
              + " f32 parameters");
    }
  }

  private static void requireFinite(MemorySegment target, long at, int length) {
    for (long offset = at; offset < at + length; offset += Float.BYTES) {
      if ((target.get(BITS, offset) & INFINITY) == INFINITY) {
        throw invalid("parameter " + offset / Float.BYTES + " is not finite");
      }
    }
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Exactly so many bytes, from position 0 to the limit. */
  private static ByteBuffer readFully(ReadableByteChannel channel, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw invalid("it ends early");
      }
    }
    return bytes.flip();
  }
}
