package io.vramhub.enclave;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Reads a segment from its first byte to its last. */
final class SegmentChannel implements ReadableByteChannel {
  private final MemorySegment segment;
  private long position;

  SegmentChannel(MemorySegment segment) {
    this.segment = segment;
  }

  @Override
  public int read(ByteBuffer target) {
    long left = segment.byteSize() - position;
    if (left == 0) {
      return -1;
    }
    int length = (int) Math.min(left, target.remaining());
    target.put(segment.asSlice(position, length).asByteBuffer());
    position += length;
    return length;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** The segment is its owner's to free. */
  @Override
  public void close() {}
}
