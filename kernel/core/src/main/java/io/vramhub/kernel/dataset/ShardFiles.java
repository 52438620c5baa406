package io.vramhub.kernel.dataset;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DatasetManifest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A dataset's shards mapped into memory and numbered through as pages. The maps live as long as
 * this object is reachable. Immutable, usable from any thread.
 */
final class ShardFiles {
  private final List<MemorySegment> segments;
  private final long[] firstPages;
  private final int pageBytes;

  private ShardFiles(List<MemorySegment> segments, long[] firstPages, int pageBytes) {
    this.segments = List.copyOf(segments);
    this.firstPages = firstPages;
    this.pageBytes = pageBytes;
  }

  /**
   * Maps files of exactly the stated lengths; anything else is {@code DATASET_INVALID} with the
   * file.
   */
  static ShardFiles map(Path directory, List<DatasetManifest.Shard> shards, int pageBytes)
      throws IOException {
    List<MemorySegment> segments = new ArrayList<>();
    long[] firstPages = new long[shards.size() + 1];
    for (int i = 0; i < shards.size(); i++) {
      DatasetManifest.Shard shard = shards.get(i);
      Path file = directory.resolve(shard.file());
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw invalid(file, "is missing or no regular file");
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        if (channel.size() != shard.length()) {
          throw invalid(
              file, "has " + channel.size() + " bytes where the manifest says " + shard.length());
        }
        segments.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, shard.length(), Arena.ofAuto()));
      }
      firstPages[i + 1] = firstPages[i] + shard.length() / pageBytes;
    }
    return new ShardFiles(segments, firstPages, pageBytes);
  }

  static HubException invalid(Path file, String what) {
    return new HubException(
        ErrorCode.DATASET_INVALID,
        "the dataset cannot be used: "
            + file
            + " "
            + what
            + ". Copy the file again from where it came, or prepare the dataset again with `vramhub"
            + " dataset prepare`.");
  }

  long pages() {
    return firstPages[segments.size()];
  }

  MemorySegment shard(int index) {
    return segments.get(index);
  }

  /** A copy of the bytes of one page. */
  byte[] page(long page) {
    if (page < 0 || page >= pages()) {
      throw new IllegalArgumentException("page " + page + " is outside a dataset of " + pages());
    }
    int shard = 0;
    while (page >= firstPages[shard + 1]) {
      shard++;
    }
    return segments
        .get(shard)
        .asSlice((page - firstPages[shard]) * pageBytes, pageBytes)
        .toArray(ValueLayout.JAVA_BYTE);
  }
}
