package io.vramhub.protocol.payload;

import io.vramhub.api.model.Bytes;

/**
 * A plain one-dimensional tensor of a PyTorch archive.
 *
 * @param type what the bytes are
 * @param bytes the little-endian elements
 */
record TorchTensor(Type type, Bytes bytes) {
  enum Type {
    U8("ByteStorage", 1),
    F32("FloatStorage", Float.BYTES);

    private final String storage;
    private final int width;

    Type(String storage, int width) {
      this.storage = storage;
      this.width = width;
    }

    /** The class name under {@code torch} that pickles name for it. */
    String storage() {
      return storage;
    }

    /** Bytes of one element. */
    int width() {
      return width;
    }
  }

  int elements() {
    return bytes.length() / type.width();
  }
}
