package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;

/**
 * A random sequence of operations on a storage while things go wrong, some of them in the sources
 * of what is stored. A call that fails may or may not have taken effect, so for every key this
 * keeps all that may be under it; a call that succeeds must agree with one of them, and narrows
 * them down. When nothing goes wrong any more, {@link #settle()} finds what is there, whole.
 */
final class DisturbedSequence {
  private static final List<String> NAMES = List.of("a", "b", "c/a", "c.d");
  private static final int[] LENGTHS = {0, 1, 2, 5_000};
  private static final int STEPS = 10;

  /** What a storage may say when it is disturbed, beside what its objects are. */
  private static final Set<ErrorCode> EXCUSES =
      Set.of(ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.STORAGE_CORRUPT);

  private static final Optional<Bytes> ABSENT = Optional.empty();

  private final StorageBackend storage;
  private final Set<StorageTrait> traits;
  private final SplittableRandom random;
  private final String folder;
  private final SortedMap<String, Set<Optional<Bytes>>> possible = new TreeMap<>();
  private final List<String> done = new ArrayList<>();

  DisturbedSequence(StorageBackend storage, Set<StorageTrait> traits, long seed) {
    this.storage = storage;
    this.traits = traits;
    random = new SplittableRandom(seed);
    folder = "disturbed-" + seed + "/";
    NAMES.forEach(name -> possible.put(folder + name, new HashSet<>(Set.of(ABSENT))));
  }

  void run() {
    for (int step = 0; step < STEPS; step++) {
      String name = folder + NAMES.get(random.nextInt(NAMES.size()));
      switch (random.nextInt(6)) {
        case 0, 1 -> put(name, bytes());
        case 2 -> putFromABrokenSource(name, bytes());
        case 3 -> look(name);
        case 4 -> delete(name);
        default -> list();
      }
    }
  }

  private Bytes bytes() {
    return new Bytes(Blobs.random(LENGTHS[random.nextInt(LENGTHS.length)], random.nextInt(3)));
  }

  private void put(String name, Bytes bytes) {
    did("put " + name + " " + bytes);
    Outcome<BlobRef> outcome =
        outcome(() -> Signals.value(storage.put(key(name), BlobSource.of(bytes.array()))));
    switch (outcome) {
      case Outcome.Value<BlobRef>(BlobRef ref) -> {
        answers(name, bytes, ref);
        agrees(name, object -> object.isEmpty() || object.get().equals(bytes));
        possible.put(name, new HashSet<>(Set.of(Optional.of(bytes))));
      }
      case Outcome.Failure<BlobRef>(ErrorCode code) -> {
        if (code == ErrorCode.STORAGE_ALREADY_EXISTS) {
          agrees(name, object -> object.isPresent() && !object.get().equals(bytes));
        } else {
          isAnExcuse(code);
          if (of(name).contains(ABSENT)) {
            of(name).add(Optional.of(bytes));
          }
        }
      }
    }
  }

  private void putFromABrokenSource(String name, Bytes bytes) {
    did("put " + name + " " + bytes + " from a broken source");
    Outcome<BlobRef> outcome =
        outcome(() -> Signals.value(storage.put(key(name), broken(bytes.array()))));
    switch (outcome) {
      // The bytes were there already, so the source was not needed.
      case Outcome.Value<BlobRef> stored ->
          agrees(name, object -> object.equals(Optional.of(bytes)));
      case Outcome.Failure<BlobRef>(ErrorCode code) -> {
        if (code == ErrorCode.STORAGE_ALREADY_EXISTS) {
          agrees(name, object -> object.isPresent() && !object.get().equals(bytes));
        } else {
          isAnExcuse(code);
        }
      }
    }
  }

  private BlobSource broken(byte[] bytes) {
    byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
    Flux<ByteBuffer> content =
        switch (random.nextInt(3)) {
          case 0 ->
              Flux.just(ByteBuffer.wrap(half))
                  .concatWith(
                      Flux.error(
                          () ->
                              new HubException(ErrorCode.STORAGE_UNAVAILABLE, "the source broke")));
          case 1 -> Flux.just(ByteBuffer.wrap(bytes), ByteBuffer.wrap(new byte[1]));
          default -> Flux.just(ByteBuffer.wrap(Blobs.random(bytes.length + 1, 99)));
        };
    return new BlobSource(bytes.length, Digest.sha256(bytes), () -> content);
  }

  private void look(String name) {
    did("look at " + name);
    switch (outcome(() -> Signals.maybe(storage.stat(key(name))))) {
      case Outcome.Value<Optional<BlobInfo>>(Optional<BlobInfo> found) ->
          agrees(
              name,
              object -> object.map(bytes -> new BlobInfo(key(name), bytes.length())).equals(found));
      case Outcome.Failure<Optional<BlobInfo>>(ErrorCode code) -> isAnExcuse(code);
    }
    List<Bytes> candidates = of(name).stream().flatMap(Optional::stream).toList();
    candidates.forEach(bytes -> read(name, bytes));
  }

  private void read(String name, Bytes expected) {
    switch (outcome(() -> new Bytes(Blobs.read(storage, ref(name, expected))))) {
      case Outcome.Value<Bytes>(Bytes read) -> {
        assertThat(read).as(story()).isEqualTo(expected);
        agrees(name, object -> object.equals(Optional.of(expected)));
      }
      case Outcome.Failure<Bytes>(ErrorCode code) -> {
        if (code == ErrorCode.NOT_FOUND) {
          agrees(name, Optional::isEmpty);
        } else {
          isAnExcuse(code);
        }
      }
    }
  }

  private void delete(String name) {
    if (!traits.contains(StorageTrait.DELETE)) {
      return;
    }
    did("delete " + name);
    switch (outcome(
        () -> {
          Signals.completes(storage.delete(key(name)));
          return true;
        })) {
      case Outcome.Value<Boolean> gone -> possible.put(name, new HashSet<>(Set.of(ABSENT)));
      case Outcome.Failure<Boolean>(ErrorCode code) -> {
        isAnExcuse(code);
        of(name).add(ABSENT);
      }
    }
  }

  private void list() {
    if (!traits.contains(StorageTrait.LIST)) {
      return;
    }
    did("list");
    switch (outcome(() -> Blobs.list(storage, folder))) {
      case Outcome.Value<List<String>>(List<String> names) -> {
        assertThat(names).as(story()).isSorted().doesNotHaveDuplicates();
        assertThat(possible.keySet()).as(story()).containsAll(names);
        possible
            .keySet()
            .forEach(name -> agrees(name, object -> object.isPresent() == names.contains(name)));
      }
      case Outcome.Failure<List<String>>(ErrorCode code) -> isAnExcuse(code);
    }
  }

  /** Nothing goes wrong any more, so every call succeeds, and what is there is there wholly. */
  void settle() {
    did("calm");
    for (String name : possible.keySet()) {
      Optional<BlobInfo> found = Signals.maybe(storage.stat(key(name)));
      agrees(name, object -> object.map(Bytes::length).equals(found.map(i -> (int) i.length())));
      Set<Optional<Bytes>> whole = new HashSet<>();
      for (Optional<Bytes> object : of(name)) {
        if (object.isEmpty() || isStored(name, object.get())) {
          whole.add(object);
        }
      }
      assertThat(whole).as("what %s holds, %s", name, story()).hasSize(1);
      possible.put(name, whole);
    }
    list();
    for (String name : possible.keySet()) {
      Bytes bytes = of(name).iterator().next().orElseGet(this::bytes);
      answers(name, bytes, Signals.value(storage.put(key(name), BlobSource.of(bytes.array()))));
    }
  }

  private void answers(String name, Bytes bytes, BlobRef answer) {
    assertThatCode(() -> Blobs.assertAnswer(answer, key(name), bytes.array(), traits))
        .as(story())
        .doesNotThrowAnyException();
  }

  private boolean isStored(String name, Bytes bytes) {
    return switch (outcome(() -> Blobs.read(storage, ref(name, bytes)))) {
      case Outcome.Value<byte[]>(byte[] read) -> new Bytes(read).equals(bytes);
      case Outcome.Failure<byte[]>(ErrorCode code) -> {
        assertThat(code).as(story()).isEqualTo(ErrorCode.STORAGE_CORRUPT);
        yield false;
      }
    };
  }

  private Set<Optional<Bytes>> of(String name) {
    return possible.getOrDefault(name, new HashSet<>());
  }

  /** Drops what cannot be under the name after what was just seen; something must remain. */
  private void agrees(String name, Predicate<Optional<Bytes>> seen) {
    of(name).removeIf(seen.negate());
    assertThat(of(name)).as("what %s may hold, %s", name, story()).isNotEmpty();
  }

  private void isAnExcuse(ErrorCode code) {
    assertThat(code).as(story()).isIn(EXCUSES);
  }

  private static BlobKey key(String name) {
    return new BlobKey(name);
  }

  private static BlobRef ref(String name, Bytes bytes) {
    return new BlobRef(key(name), Digest.sha256(bytes.buffer()), bytes.length());
  }

  private void did(String operation) {
    done.add(operation);
  }

  private String story() {
    return "after " + String.join(", ", done);
  }

  private sealed interface Outcome<T> {
    record Value<T>(T value) implements Outcome<T> {}

    record Failure<T>(ErrorCode code) implements Outcome<T> {}
  }

  private <T> Outcome<T> outcome(Callable<T> call) {
    try {
      return new Outcome.Value<>(call.call());
    } catch (HubException e) {
      done.add("(" + e.code() + ")");
      return new Outcome.Failure<>(e.code());
    } catch (Exception e) {
      throw new AssertionError("a storage signals HubExceptions, not this, " + story(), e);
    }
  }
}
