package io.vramhub.packaging;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** A plugin jar on paper: a storage backend named {@code sketch} that is in order until changed. */
public final class JarSketch {
  public static final String SERVICE_FILE =
      "META-INF/services/io.vramhub.api.spi.StorageBackend$Provider";
  private static final String PROVIDER = "sketch.Provider";

  private final Map<String, String> manifest = new LinkedHashMap<>();
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<RawZip.Entry> rawEntries = new ArrayList<>();

  public JarSketch() {
    manifest.put("Plugin-Id", "sketch");
    manifest.put("Plugin-Version", "1.2.3");
    manifest.put("Plugin-Requires", ">=1.0.0 & <2.0.0");
    files.put(SERVICE_FILE, text(PROVIDER + "\n"));
    files.put("sketch/Provider.class", publicClass(PROVIDER));
  }

  /** A class with a public constructor, which does nothing. */
  static byte[] publicClass(String name) {
    return classFile(name, ClassFile.ACC_PUBLIC);
  }

  static byte[] classFile(String name, int flags) {
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type ->
                type.withFlags(flags)
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        ClassFile.ACC_PUBLIC,
                        code ->
                            code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_()));
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A plain jar with one file. */
  static byte[] library(String name, byte[] content) {
    return new RawZip().add(new RawZip.Entry(name, content)).bytes();
  }

  JarSketch manifest(String key, String value) {
    manifest.put(key, value);
    return this;
  }

  JarSketch withoutManifestEntry(String key) {
    manifest.remove(key);
    return this;
  }

  JarSketch file(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  JarSketch without(String name) {
    files.remove(name);
    return this;
  }

  JarSketch entry(RawZip.Entry entry) {
    rawEntries.add(entry);
    return this;
  }

  public byte[] bytes() {
    RawZip zip = new RawZip();
    if (!manifest.isEmpty()) {
      zip.add(new RawZip.Entry(PluginManifest.NAME, manifestBytes()));
    }
    files.forEach((name, content) -> zip.add(new RawZip.Entry(name, content)));
    rawEntries.forEach(zip::add);
    return zip.bytes();
  }

  JarSketch withoutManifest() {
    manifest.clear();
    return this;
  }

  private byte[] manifestBytes() {
    Manifest written = new Manifest();
    written.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.forEach((key, value) -> written.getMainAttributes().putValue(key, value));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      written.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
