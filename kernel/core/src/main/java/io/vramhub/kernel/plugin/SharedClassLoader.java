package io.vramhub.kernel.plugin;

import io.vramhub.packaging.SharedPackages;

/** Shows plugins the JDK and the shared packages, and nothing else of the host. */
final class SharedClassLoader extends ClassLoader {
  static final SharedClassLoader INSTANCE = new SharedClassLoader();

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader host = SharedClassLoader.class.getClassLoader();

  private SharedClassLoader() {
    super("vramhub-shared", ClassLoader.getPlatformClassLoader());
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (SharedPackages.contains(name)) {
      return host.loadClass(name);
    }
    throw new ClassNotFoundException(
        name + " is neither of the JDK nor of a package shared with plugins");
  }
}
