package io.vramhub.framework.djl;

import ai.djl.engine.Engine;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * PyTorch's native libraries, loaded once for the life of the JVM through the class loader that
 * holds DJL: the native tier. Nothing is downloaded and nobody is told.
 */
final class NativeTier {
  /**
   * What the tier's manifest entry promises; other natives are not what the module was tested on.
   */
  static final String PYTORCH_VERSION = "2.7.1";

  private static final String ENGINE = "PyTorch";

  private NativeTier() {}

  /**
   * Loads the libraries unless this JVM has them already. The first call in a JVM unpacks them into
   * the cache if no other process has, under a file lock; only its cache directory counts.
   *
   * @throws HubException {@code PLUGIN_INVALID} when the tier's jars are absent, {@code DEVICE}
   *     when they hold nothing this machine can load, {@code DISK} when the cache cannot be written
   */
  static void load(Path cache) {
    try {
      // A monitor of the tier's, because two generations of this plugin may get here at once.
      synchronized (Engine.class) {
        Files.createDirectories(cache);
        try (FileChannel channel =
                FileChannel.open(
                    cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock _ = channel.lock()) {
          loadLocked(cache);
        }
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "framework djl: the cache for native libraries "
              + cache
              + " cannot be used ("
              + e
              + "); set framework.djl.cache to a writable directory with 500 MB free",
          e);
    } catch (HubException e) {
      throw e;
    } catch (LinkageError | AssertionError | RuntimeException e) {
      // Only types of the JDK are named here: one of DJL's would keep this class itself from being
      // verified without a tier. Reactor would rethrow a LinkageError instead of signalling it.
      throw explain(e);
    }
  }

  private static void loadLocked(Path cache) {
    // DJL reads these when its classes initialize. It otherwise calls a telemetry endpoint, and
    // downloads what it does not find.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ENGINE_CACHE_DIR", cache.toString());
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    // By default OpenMP's idle threads spin for milliseconds. Here they would spin on processors
    // that other sessions and the evaluator compute on, which made steps several times slower.
    NativeEnvironment.setUnlessPresent("OMP_WAIT_POLICY", "PASSIVE");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      // DJL looks for engines and libraries through the context loader of its first caller and
      // keeps it: it must be the tier's loader, which stays, and never a plugin's, which goes.
      thread.setContextClassLoader(Engine.class.getClassLoader());
      String version = Engine.getEngine(ENGINE).getVersion();
      if (!PYTORCH_VERSION.equals(version)) {
        throw new HubException(
            ErrorCode.DEVICE,
            "framework djl: the native tier holds PyTorch "
                + version
                + ", this plugin needs "
                + PYTORCH_VERSION
                + "; unset PYTORCH_VERSION and PYTORCH_LIBRARY_PATH, or reinstall"
                + " tiers/djl-pytorch-"
                + PYTORCH_VERSION);
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static HubException explain(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ClassNotFoundException) {
      return new HubException(
          ErrorCode.PLUGIN_INVALID,
          "framework djl: class "
              + cause.getMessage()
              + " of DJL is missing; the jars of tiers/djl-pytorch-"
              + PYTORCH_VERSION
              + " are absent or incomplete, install them again",
          failure);
    }
    return new HubException(
        ErrorCode.DEVICE,
        "framework djl: PyTorch's native libraries for "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + " could not be loaded ("
            + cause.getMessage()
            + "); the tier must hold the pytorch-native-cpu jar of this platform",
        failure);
  }
}
