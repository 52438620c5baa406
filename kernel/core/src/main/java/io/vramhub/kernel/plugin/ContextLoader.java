package io.vramhub.kernel.plugin;

import java.util.function.Supplier;

/** Runs code of a plugin with its loader as the thread's context class loader. */
final class ContextLoader {
  private ContextLoader() {}

  static <T> T with(ClassLoader loader, Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
