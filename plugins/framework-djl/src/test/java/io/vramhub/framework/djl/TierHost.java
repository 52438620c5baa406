package io.vramhub.framework.djl;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.TinyModels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * A process of its own that loads the plugin as the host does: the JDK and the shared packages, the
 * native tier below them, and generations of the plugin below the tier. Prints one line per finding
 * for {@link NativeTierTest} to read.
 *
 * <p>Arguments: the tier's directory, the plugin's classes.
 */
final class TierHost {
  private TierHost() {}

  public static void main(String[] arguments) throws Exception {
    URL plugin = url(Path.of(arguments[1]));
    ClassLoader shared = new Shared();
    ClassLoader tier = new URLClassLoader("tier", jars(Path.of(arguments[0])), shared);
    print("without tier", messageWithoutTier(plugin, shared));
    WeakReference<ClassLoader> first = generation("first", plugin, tier);
    WeakReference<ClassLoader> second = generation("second", plugin, tier);
    for (int i = 0; i < 50 && (first.refersTo(null) && second.refersTo(null)) == false; i++) {
      System.gc();
      Thread.sleep(20);
    }
    print("first collected", first.refersTo(null));
    print("second collected", second.refersTo(null));
    print("engine's loader", tier.loadClass("ai.djl.engine.Engine").getClassLoader().getName());
  }

  private static WeakReference<ClassLoader> generation(String name, URL plugin, ClassLoader tier)
      throws IOException {
    try (URLClassLoader loader = new URLClassLoader(name, new URL[] {plugin}, tier);
        TestPluginContext context = TestPluginContext.in(Path.of("target"))) {
      Thread.currentThread().setContextClassLoader(loader);
      TrainingFramework framework = open(loader, context);
      MemorySegment parameters = TinyModels.parameters(TinyModels.TIED, 1);
      TrainingSession session =
          framework.open(TinyModels.TIED, parameters, new DeviceSpec("cpu", 1)).block();
      var plan = new TrainingPlan(TinyModels.batches(TinyModels.TIED, 3, 2, 1), TinyModels.ADAM);
      List<StepReport> reports = session.train(plan).collectList().block();
      print(name + " loss", reports.get(2).loss());
      framework.close().block();
      return new WeakReference<>(loader);
    } finally {
      Thread.currentThread().setContextClassLoader(TierHost.class.getClassLoader());
    }
  }

  private static String messageWithoutTier(URL plugin, ClassLoader shared) throws IOException {
    try (URLClassLoader loader = new URLClassLoader("lonely", new URL[] {plugin}, shared);
        TestPluginContext context = TestPluginContext.in(Path.of("target"))) {
      open(loader, context);
      return "opened";
    } catch (HubException e) {
      return e.code() + " " + e.getMessage();
    }
  }

  private static TrainingFramework open(ClassLoader loader, TestPluginContext context) {
    TrainingFramework.Provider provider =
        ServiceLoader.load(TrainingFramework.Provider.class, loader).findFirst().orElseThrow();
    return provider.open(context).block();
  }

  private static URL[] jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .map(TierHost::url)
          .toArray(URL[]::new);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path.toString(), e);
    }
  }

  @SuppressWarnings("SystemOut")
  private static void print(String what, Object finding) {
    System.out.println(what + ": " + finding);
  }

  /** What the host answers for a plugin: the JDK and the shared packages. */
  private static final class Shared extends ClassLoader {
    private static final List<String> PACKAGES =
        List.of(
            "io.vramhub.api.",
            "reactor.",
            "org.reactivestreams.",
            "org.pf4j.",
            "org.slf4j.",
            "org.jspecify.",
            "com.typesafe.config.");

    Shared() {
      super("shared", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (PACKAGES.stream().noneMatch(name::startsWith)) {
        throw new ClassNotFoundException(name);
      }
      return TierHost.class.getClassLoader().loadClass(name);
    }
  }
}
