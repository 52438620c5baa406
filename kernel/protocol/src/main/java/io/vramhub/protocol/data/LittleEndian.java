package io.vramhub.protocol.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of an array as a little-endian number. */
final class LittleEndian {
  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static long get(byte[] bytes, int offset) {
    return (long) U64.get(bytes, offset);
  }

  static void put(byte[] bytes, int offset, long value) {
    U64.set(bytes, offset, value);
  }
}
