package io.vramhub.packaging;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A class in a jar, where the JVM of this node would look for it.
 *
 * @param name binary name, {@code reactor.core.publisher.Flux}
 * @param release the Java release it is a variant for, or nothing
 */
record ClassEntry(String name, OptionalInt release) {
  /** Class files for Java 25. */
  static final int NEWEST_VERSION = 69;

  /** How many first bytes tell the version. */
  static final int HEAD = 8;

  private static final int NEWEST_RELEASE = 25;
  private static final int MAGIC = 0xCAFEBABE;
  private static final Pattern VARIANT = Pattern.compile("META-INF/versions/([0-9]{1,4})/(.+)");

  static boolean is(String entry) {
    return entry.endsWith(".class");
  }

  static ClassEntry of(String entry) {
    var variant = VARIANT.matcher(entry);
    boolean matches = variant.matches();
    String path = matches ? variant.group(2) : entry;
    return new ClassEntry(
        path.substring(0, path.length() - ".class".length()).replace('/', '.'),
        matches ? OptionalInt.of(Integer.parseInt(variant.group(1))) : OptionalInt.empty());
  }

  /** Whether this JVM never loads it. */
  private boolean isForLaterJvm() {
    return release.isPresent() && release.getAsInt() > NEWEST_RELEASE;
  }

  /** Refuses a class that the node provides or cannot load. */
  void check(String entry, byte[] start, Refuser refuser) {
    if (SharedPackages.contains(name)) {
      throw refuser.refuse(
          Refusal.SHARED_PACKAGE,
          "it bundles "
              + entry
              + ", a package that the node provides. Give that dependency the scope 'provided'");
    }
    if (isForLaterJvm()) {
      return;
    }
    if (start.length < HEAD || ByteBuffer.wrap(start).getInt() != MAGIC) {
      throw refuser.refuse(
          Refusal.CLASS_MALFORMED, "its entry '" + entry + "' is not a class file");
    }
    int version = Short.toUnsignedInt(ByteBuffer.wrap(start).getShort(6));
    if (version > NEWEST_VERSION) {
      throw refuser.refuse(
          Refusal.CLASS_TOO_NEW,
          String.format(
              Locale.ROOT,
              "its class %s has version %d, and this node runs at most %d. Compile it with"
                  + " --release %d",
              entry,
              version,
              NEWEST_VERSION,
              NEWEST_RELEASE));
    }
  }

  /** Refuses a provider that {@code ServiceLoader} could not make. */
  static void checkProvider(String name, byte[] classFile, Refuser refuser) {
    try {
      ClassModel model = ClassFile.of().parse(classFile);
      boolean constructible =
          model.flags().has(AccessFlag.PUBLIC)
              && !model.flags().has(AccessFlag.ABSTRACT)
              && model.methods().stream()
                  .anyMatch(
                      method ->
                          method.methodName().equalsString("<init>")
                              && method.methodType().equalsString("()V")
                              && method.flags().has(AccessFlag.PUBLIC));
      if (!constructible) {
        throw refuser.refuse(
            Refusal.PROVIDER_UNUSABLE,
            "its provider "
                + name
                + " must be a public class with a public constructor without arguments");
      }
    } catch (IllegalArgumentException e) {
      throw refuser.refuse(
          Refusal.CLASS_MALFORMED, "its class " + name + " is not a class file", e);
    }
  }
}
