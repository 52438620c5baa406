package io.vramhub.packaging;

import static io.vramhub.packaging.JarSketch.text;

import java.lang.classfile.ClassFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A jar that must not be let in, and why. Every one is a plugin in order but for the one thing its
 * story tells.
 *
 * @param bytes makes the whole file
 */
public record HostileJar(String story, Refusal refusal, Supplier<byte[]> bytes) {
  private static final byte[] ELF = {0x7F, 'E', 'L', 'F', 2, 1, 1, 0};
  private static final byte[] MEBIBYTES_OF_ZEROS = new byte[4 << 20];
  private static final int ENCRYPTED = 1;
  private static final int LZMA = 14;
  private static final int LINK = 0120777;
  private static final int CHARACTER_DEVICE = 0020666;

  @Override
  public String toString() {
    return story;
  }

  /** The whole rogues' gallery. */
  public static List<HostileJar> all() {
    return List.of(
        // What is no zip, or two zips in one.
        new HostileJar("a text file", Refusal.UNREADABLE, () -> text("not a jar at all")),
        new HostileJar("nothing", Refusal.UNREADABLE, () -> new byte[0]),
        new HostileJar("cut short at the end", Refusal.UNREADABLE, () -> cut(sketch(), 10)),
        new HostileJar("cut short in half", Refusal.UNREADABLE, HostileJar::half),
        new HostileJar("a script before the jar", Refusal.UNREADABLE, HostileJar::withScript),
        new HostileJar(
            "a checksum that differs",
            Refusal.UNREADABLE,
            () -> entry(new RawZip.Entry("notes.txt", text("notes")).crc(7))),
        new HostileJar(
            "two names for one entry",
            Refusal.UNREADABLE,
            () -> entry(new RawZip.Entry("seen.txt", text("x")).localName("meant.txt"))),
        new HostileJar(
            "an encrypted entry",
            Refusal.ENCRYPTED,
            () -> entry(new RawZip.Entry("secret.txt", text("x")).flags(ENCRYPTED))),
        new HostileJar(
            "an unknown compression",
            Refusal.COMPRESSION_UNKNOWN,
            () -> entry(new RawZip.Entry("dense.txt", text("x")).method(LZMA))),
        new HostileJar(
            "two entries of one name",
            Refusal.DUPLICATE_ENTRY,
            () -> entry(new RawZip.Entry(JarSketch.SERVICE_FILE, text("sketch.Other")))),
        new HostileJar(
            "names that differ in case",
            Refusal.COLLIDING_ENTRIES,
            () -> file("META-INF/Manifest.mf", text("Manifest-Version: 1.0\n"))),
        new HostileJar(
            "a file that is also a folder",
            Refusal.COLLIDING_ENTRIES,
            () -> file("sketch/provider.class/", new byte[0])),
        new HostileJar(
            "entries that share bytes",
            Refusal.OVERLAPPING_ENTRIES,
            () -> entry(new RawZip.Entry("again.txt", text("x")).sharingBytesOfPrevious())),
        new HostileJar(
            "a symbolic link",
            Refusal.SPECIAL_ENTRY,
            () -> entry(new RawZip.Entry("link.txt", text("/etc/passwd")).unixMode(LINK))),
        new HostileJar(
            "a device",
            Refusal.SPECIAL_ENTRY,
            () -> entry(new RawZip.Entry("device", text("")).unixMode(CHARACTER_DEVICE))),

        // Names that lead out, or nowhere.
        new HostileJar(
            "a way up out of the folder",
            Refusal.ENTRY_OUTSIDE,
            () -> file("META-INF/lib/../../../evil.jar", text("x"))),
        new HostileJar(
            "an absolute path", Refusal.ENTRY_OUTSIDE, () -> file("/etc/evil", text("x"))),
        new HostileJar("a backslash", Refusal.ENTRY_OUTSIDE, () -> file("..\\evil.txt", text("x"))),
        new HostileJar("a drive", Refusal.ENTRY_OUTSIDE, () -> file("C:evil.txt", text("x"))),
        new HostileJar(
            "a name that steers terminals",
            Refusal.ENTRY_NAME_INVALID,
            () -> file("\u001b[2Jclean.txt", text("x"))),
        new HostileJar(
            "a name that is no text",
            Refusal.ENTRY_NAME_INVALID,
            () -> entry(new RawZip.Entry(new byte[] {'a', (byte) 0xFF, 'b'}, text("x")))),
        new HostileJar(
            "an empty folder name", Refusal.ENTRY_NAME_INVALID, () -> file("a//b", text("x"))),
        new HostileJar(
            "a library in a folder",
            Refusal.LIBRARY_NAME_INVALID,
            () -> file("META-INF/lib/deep/down.jar", JarSketch.library("a", text("x")))),

        // More than there is room for.
        new HostileJar("a bomb", Refusal.BOMB, () -> file("zeros.bin", MEBIBYTES_OF_ZEROS)),
        new HostileJar(
            "a bomb in a library",
            Refusal.BOMB,
            () ->
                file("META-INF/lib/bomb.jar", JarSketch.library("zeros.bin", MEBIBYTES_OF_ZEROS))),
        new HostileJar(
            "a bomb that claims to be small",
            Refusal.BOMB,
            () -> entry(new RawZip.Entry("small.bin", MEBIBYTES_OF_ZEROS).claimingBytes(12))),
        new HostileJar("60,001 entries", Refusal.TOO_MANY_ENTRIES, HostileJar::crowd),

        // Manifests.
        new HostileJar(
            "no manifest",
            Refusal.MANIFEST_MISSING,
            () -> new JarSketch().withoutManifest().bytes()),
        new HostileJar(
            "a manifest that is none",
            Refusal.MANIFEST_MALFORMED,
            () ->
                new JarSketch()
                    .withoutManifest()
                    .file(PluginManifest.NAME, text("no colon anywhere\n"))
                    .bytes()),
        new HostileJar(
            "no id",
            Refusal.MANIFEST_INCOMPLETE,
            () -> new JarSketch().withoutManifestEntry("Plugin-Id").bytes()),
        manifest("an id that is a path", Refusal.ID_MALFORMED, "Plugin-Id", "../evil"),
        manifest("a version that is none", Refusal.VERSION_MALFORMED, "Plugin-Version", "newest"),
        manifest("a range that is none", Refusal.RANGE_MALFORMED, "Plugin-Requires", "?!"),
        manifest("a newer API", Refusal.OTHER_API, "Plugin-Requires", ">=2.0.0"),
        manifest("an unknown way to swap", Refusal.SWAP_MODE_UNKNOWN, "Swap-Mode", "at-once"),
        manifest("a tier that is a path", Refusal.NATIVE_TIER_MALFORMED, "Native-Tier", "../x/1"),
        manifest(
            "classes from elsewhere",
            Refusal.CLASS_PATH_OUTSIDE,
            "Class-Path",
            "http://evil.example/more.jar"),
        new HostileJar(
            "a library with classes from elsewhere",
            Refusal.CLASS_PATH_OUTSIDE,
            () ->
                file(
                    "META-INF/lib/far.jar",
                    JarSketch.library(
                        PluginManifest.NAME,
                        text("Manifest-Version: 1.0\nClass-Path: ../../other.jar\n")))),

        // Code that may not be there.
        new HostileJar(
            "a native library", Refusal.NATIVE_CODE, () -> file("libtorch.so", text("x"))),
        new HostileJar(
            "a native library under another name, in a library",
            Refusal.NATIVE_CODE,
            () -> file("META-INF/lib/jni.jar", JarSketch.library("native/notes.txt", ELF))),
        new HostileJar(
            "a bundled reactor",
            Refusal.SHARED_PACKAGE,
            () ->
                file(
                    "META-INF/lib/reactor.jar",
                    JarSketch.library(
                        "reactor/core/publisher/Flux.class",
                        JarSketch.publicClass("reactor.core.publisher.Flux")))),
        new HostileJar(
            "a bundled reactor for some JVM only",
            Refusal.SHARED_PACKAGE,
            () ->
                file(
                    "META-INF/versions/21/reactor/core/publisher/Flux.class",
                    JarSketch.publicClass("reactor.core.publisher.Flux"))),
        new HostileJar(
            "a class for a later JVM",
            Refusal.CLASS_TOO_NEW,
            () -> file("sketch/Later.class", version(70))),
        new HostileJar(
            "a variant that this JVM would load and cannot",
            Refusal.CLASS_TOO_NEW,
            () -> file("META-INF/versions/25/sketch/Later.class", version(70))),
        new HostileJar(
            "a class that is none",
            Refusal.CLASS_MALFORMED,
            () -> file("sketch/Odd.class", text("x"))),

        // What it offers.
        new HostileJar(
            "no service file",
            Refusal.SERVICE_MISSING,
            () -> new JarSketch().without(JarSketch.SERVICE_FILE).bytes()),
        new HostileJar(
            "a service file for no kind of service",
            Refusal.SERVICE_MISSING,
            () ->
                new JarSketch()
                    .without(JarSketch.SERVICE_FILE)
                    .file(
                        "META-INF/services/io.vramhub.api.spi.Storage$Provider",
                        text("sketch.Provider"))
                    .bytes()),
        new HostileJar(
            "a service file that names no class",
            Refusal.SERVICE_MALFORMED,
            () -> file(JarSketch.SERVICE_FILE, text("sketch/Provider.class"))),
        new HostileJar(
            "a provider that is not there",
            Refusal.PROVIDER_MISSING,
            () -> file(JarSketch.SERVICE_FILE, text("sketch.Missing"))),
        new HostileJar(
            "an abstract provider",
            Refusal.PROVIDER_UNUSABLE,
            () ->
                file(
                    "sketch/Provider.class",
                    JarSketch.classFile(
                        "sketch.Provider", ClassFile.ACC_PUBLIC | ClassFile.ACC_ABSTRACT))),
        new HostileJar(
            "a provider that only its package sees",
            Refusal.PROVIDER_UNUSABLE,
            () -> file("sketch/Provider.class", JarSketch.classFile("sketch.Provider", 0))));
  }

  private static HostileJar manifest(String story, Refusal refusal, String key, String value) {
    return new HostileJar(story, refusal, () -> new JarSketch().manifest(key, value).bytes());
  }

  private static byte[] file(String name, byte[] content) {
    return new JarSketch().file(name, content).bytes();
  }

  private static byte[] entry(RawZip.Entry entry) {
    return new JarSketch().entry(entry).bytes();
  }

  private static byte[] sketch() {
    return new JarSketch().bytes();
  }

  private static byte[] cut(byte[] file, int bytes) {
    return Arrays.copyOf(file, file.length - bytes);
  }

  private static byte[] half() {
    byte[] file = sketch();
    return cut(file, file.length / 2);
  }

  private static byte[] withScript() {
    byte[] script = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
    byte[] file = sketch();
    return ByteBuffer.allocate(script.length + file.length).put(script).put(file).array();
  }

  private static byte[] crowd() {
    RawZip zip = new RawZip();
    byte[] nothing = {};
    for (int index = 0; index <= PackageLimits.DEFAULT.entries(); index++) {
      zip.add(new RawZip.Entry("e" + index, nothing));
    }
    return zip.bytes();
  }

  private static byte[] version(int number) {
    byte[] file = JarSketch.publicClass("sketch.Later");
    ByteBuffer.wrap(file).putShort(6, (short) number);
    return file;
  }
}
