package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A random sequence of operations, on a storage and on a map side by side. The seed decides
 * everything; a difference is reported with the operations that led to it.
 */
final class StorageSequence {
  private static final List<String> NAMES =
      List.of("a", "b", "a/a", "a/b", "b/a/a", "c.d", "c-d", "c");
  private static final int STEPS = 10;

  private final StorageBackend storage;
  private final Set<StorageTrait> traits;
  private final SplittableRandom random;
  private final String folder;
  private final SortedMap<String, byte[]> model = new TreeMap<>();
  private final List<String> done = new ArrayList<>();

  StorageSequence(StorageBackend storage, Set<StorageTrait> traits, long seed) {
    this.storage = storage;
    this.traits = traits;
    random = new SplittableRandom(seed);
    folder = "seed-" + seed + "/";
  }

  void run() {
    for (int step = 0; step < STEPS; step++) {
      String name = folder + NAMES.get(random.nextInt(NAMES.size()));
      switch (random.nextInt(5)) {
        case 0, 1 -> put(name, Blobs.random(random.nextInt(3), random.nextInt(3)));
        case 2 -> look(name);
        case 3 -> delete(name);
        default -> list(name.substring(0, folder.length() + random.nextInt(2)));
      }
    }
  }

  private void put(String name, byte[] bytes) {
    did("put " + name + " " + Arrays.toString(bytes));
    BlobKey key = new BlobKey(name);
    byte[] stored = model.computeIfAbsent(name, absent -> bytes);
    if (Arrays.equals(stored, bytes)) {
      BlobRef answer = Signals.value(storage.put(key, BlobSource.of(bytes)));
      assertThatCode(() -> Blobs.assertAnswer(answer, key, bytes, traits))
          .as(story())
          .doesNotThrowAnyException();
    } else {
      assertThat(Signals.failure(storage.put(key, BlobSource.of(bytes))).code())
          .as(story())
          .isEqualTo(ErrorCode.STORAGE_ALREADY_EXISTS);
    }
  }

  private void look(String name) {
    did("look at " + name);
    BlobKey key = new BlobKey(name);
    Optional<byte[]> stored = Optional.ofNullable(model.get(name));
    assertThat(Signals.maybe(storage.stat(key)))
        .as(story())
        .isEqualTo(stored.map(bytes -> new BlobInfo(key, bytes.length)));
    stored.ifPresent(
        bytes ->
            assertThat(Blobs.read(storage, new BlobRef(key, Digest.sha256(bytes), bytes.length)))
                .as(story())
                .isEqualTo(bytes));
  }

  private void delete(String name) {
    if (traits.contains(StorageTrait.DELETE)) {
      did("delete " + name);
      Signals.completes(storage.delete(new BlobKey(name)));
      model.remove(name);
    }
  }

  private void list(String prefix) {
    if (traits.contains(StorageTrait.LIST)) {
      did("list " + prefix);
      assertThat(Blobs.list(storage, prefix))
          .as(story())
          .containsExactlyElementsOf(
              model.keySet().stream().filter(name -> name.startsWith(prefix)).toList());
    }
  }

  private void did(String operation) {
    done.add(operation);
  }

  private String story() {
    return "after " + String.join(", ", done);
  }
}
