package io.vramhub.kernel.plugin;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells which unloaded generations are still in memory. One that stays there after a few garbage
 * collections is held by somebody: by a thread it left behind, a static map, a callback.
 */
final class CollectionProof {
  private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
  private final Map<Reference<?>, String> waiting = new LinkedHashMap<>();

  /** Watches the loader of a generation that has been unloaded. */
  synchronized void expect(ClassLoader loader, String label) {
    waiting.put(new PhantomReference<>(loader, collected), label);
  }

  /** The labels of those not collected so far, in the order they were unloaded. */
  synchronized List<String> uncollected() {
    for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
      waiting.remove(gone);
    }
    return new ArrayList<>(waiting.values());
  }
}
