package io.vramhub.framework.djl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The environment that native libraries see, for settings they read only there and only while they
 * are loaded. Java's own view of the environment does not change.
 */
final class NativeEnvironment {
  private NativeEnvironment() {}

  /**
   * Sets the variable unless the operator has. Does nothing where the C library has no {@code
   * setenv}.
   */
  static void setUnlessPresent(String name, String value) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> function = linker.defaultLookup().find("setenv");
    if (function.isEmpty()) {
      return;
    }
    var setenv =
        linker.downcallHandle(
            function.get(), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    int keepPresent = 0;
    try (Arena arena = Arena.ofConfined()) {
      int failed =
          (int)
              setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), keepPresent);
      if (failed != 0) {
        throw new HubException(
            ErrorCode.DEVICE, "the environment variable " + name + " could not be set");
      }
    } catch (HubException e) {
      throw e;
    } catch (Throwable e) {
      throw new HubException(ErrorCode.INVARIANT_BROKEN, "calling setenv failed", e);
    }
  }
}
