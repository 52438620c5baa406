package io.vramhub.seal.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The entries used last, up to a number. Thread-safe. */
final class Bounded<K, V> {
  private final int capacity;
  private final Map<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);

  Bounded(int capacity) {
    this.capacity = capacity;
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  synchronized void put(K key, V value) {
    entries.put(key, value);
    if (entries.size() > capacity) {
      entries.remove(entries.keySet().iterator().next());
    }
  }
}
