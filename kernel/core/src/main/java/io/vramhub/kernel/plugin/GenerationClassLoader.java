package io.vramhub.kernel.plugin;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * The loader of one generation: its plugin jar and libraries, below its tier (or the shared
 * packages). Parents answer first, so neither the JDK, the shared packages nor a tier can be
 * shadowed.
 */
final class GenerationClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  GenerationClassLoader(String name, URL[] classPath, ClassLoader parent) {
    super(name, classPath, parent);
  }
}
