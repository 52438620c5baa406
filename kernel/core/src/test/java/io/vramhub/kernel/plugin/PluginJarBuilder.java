package io.vramhub.kernel.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles and packs tiny plugins. */
final class PluginJarBuilder {
  /** The compiler is the slow part, and most plugins of these tests are the same. */
  private static final Map<Map<String, String>, Map<String, byte[]>> COMPILED =
      new ConcurrentHashMap<>();

  private final Map<String, String> manifest = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  PluginJarBuilder(String id, String version) {
    manifest.put("Plugin-Id", id);
    manifest.put("Plugin-Version", version);
    manifest.put("Plugin-Requires", ">=1.0.0 & <2.0.0");
  }

  /** A plugin that offers a storage backend whose {@code stat} tells what it sees. */
  static PluginJarBuilder storage(Path workspace, String id, String version, String name)
      throws IOException {
    return new PluginJarBuilder(id, version)
        .sources(workspace, Map.of("fixture.Provider", PROVIDER.replace("NAME", name)))
        .service("io.vramhub.api.spi.StorageBackend$Provider", "fixture.Provider");
  }

  PluginJarBuilder manifest(String key, String value) {
    manifest.put(key, value);
    return this;
  }

  PluginJarBuilder without(String key) {
    manifest.remove(key);
    return this;
  }

  PluginJarBuilder entry(String name, byte[] content) {
    entries.put(name, content);
    return this;
  }

  PluginJarBuilder service(String kind, String provider) {
    return entry("META-INF/services/" + kind, provider.getBytes(StandardCharsets.UTF_8));
  }

  PluginJarBuilder sources(Path workspace, Map<String, String> sources) throws IOException {
    compile(workspace, sources).forEach(entries::put);
    return this;
  }

  /** A jar of classes, for a library or a tier. */
  static byte[] library(Path workspace, Map<String, String> sources) throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (var entry : compile(workspace, sources).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> compile(Path workspace, Map<String, String> sources)
      throws IOException {
    Map<String, byte[]> known = COMPILED.get(sources);
    if (known == null) {
      known = compileAnew(workspace, sources);
      COMPILED.put(Map.copyOf(sources), known);
    }
    return known;
  }

  private static Map<String, byte[]> compileAnew(Path workspace, Map<String, String> sources)
      throws IOException {
    Path output = Files.createTempDirectory(workspace, "classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    StringWriter messages = new StringWriter();
    String classPath = System.getProperty("java.class.path");
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-d", output.toString(), "-proc:none", "-cp", classPath),
                null,
                units)
            .call();
    if (!compiled) {
      throw new AssertionError(messages.toString());
    }
    Map<String, byte[]> classes = new LinkedHashMap<>();
    try (var files = Files.walk(output)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        classes.put(output.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return classes;
  }

  Path write(Path file) throws IOException {
    Manifest written = new Manifest();
    written.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.forEach((key, value) -> written.getMainAttributes().putValue(key, value));
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      written.write(zip);
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Stat of key {@code class/<name>} is present if the class is visible to the plugin. */
  private static final String PROVIDER =
      """
      package fixture;

      import io.vramhub.api.model.*;
      import io.vramhub.api.spi.*;
      import java.nio.ByteBuffer;
      import reactor.core.publisher.Flux;
      import reactor.core.publisher.Mono;

      public final class Provider implements StorageBackend.Provider {
        public String name() { return "NAME"; }

        public Mono<StorageBackend> open(PluginContext context) {
          if (context.settings().hasPath("fail")) {
            throw new IllegalStateException(context.settings().getString("fail"));
          }
          ClassLoader seen = Thread.currentThread().getContextClassLoader();
          return Mono.just(new Storage(seen, context));
        }

        record Storage(ClassLoader seen, PluginContext context) implements StorageBackend {
          public Mono<BlobRef> put(BlobKey key, BlobSource source) { return Mono.empty(); }
          public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) { return Flux.empty(); }
          public Mono<BlobInfo> stat(BlobKey key) {
            String[] question = key.name().split("/", 2);
            boolean yes = switch (question[0]) {
              case "class" -> visible(question[1]);
              case "context-is-mine" -> seen == fixture.Provider.class.getClassLoader();
              case "context-is-parent" -> seen == fixture.Provider.class.getClassLoader().getParent();
              case "origin" ->
                  getClass().getProtectionDomain().getCodeSource().getLocation().getPath()
                      .contains(question[1]);
              case "data-directory" ->
                  java.nio.file.Files.isDirectory(context.dataDirectory());
              case "closed" -> System.getProperty("fixture.closed." + question[1]) != null;
              default -> false;
            };
            return yes ? Mono.just(new BlobInfo(key, 1)) : Mono.empty();
          }
          private static boolean visible(String name) {
            try {
              Class.forName(name, false, fixture.Provider.class.getClassLoader());
              return true;
            } catch (ClassNotFoundException e) {
              return false;
            }
          }
          public Flux<BlobInfo> list(String prefix) { return Flux.empty(); }
          public Mono<Void> delete(BlobKey key) { return Mono.empty(); }
          public Mono<Void> close() {
            return Mono.fromRunnable(
                () -> System.setProperty("fixture.closed." + context.pluginId(), "yes"));
          }
        }
      }
      """;
}
