package io.vramhub.vramscan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** The files of the web export, out of the plugin's jar or, in tests, a folder. */
final class WebFiles {
  private static final String ROOT = "META-INF/web/";

  private WebFiles() {}

  /** Every file by its path, which begins with {@code /}; none if the pages were not built. */
  static SortedMap<String, byte[]> packed() {
    URL index = WebFiles.class.getClassLoader().getResource(ROOT + "index.html");
    if (index == null) {
      return new TreeMap<>();
    }
    try {
      URLConnection connection = index.openConnection();
      if (connection instanceof JarURLConnection jar) {
        // A cached jar would stay open after the plugin is swapped out.
        jar.setUseCaches(false);
        try (JarFile file = jar.getJarFile()) {
          return of(file);
        }
      }
      return of(Path.of(new URI(index.toString())).resolveSibling(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the pages lie at no path: " + index, e);
    }
  }

  private static SortedMap<String, byte[]> of(JarFile jar) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (JarEntry entry : jar.stream().toList()) {
      if (entry.getName().startsWith(ROOT) && !entry.isDirectory()) {
        try (InputStream in = jar.getInputStream(entry)) {
          files.put("/" + entry.getName().substring(ROOT.length()), in.readAllBytes());
        }
      }
    }
    return files;
  }

  /** The files of a folder. */
  static SortedMap<String, byte[]> of(Path folder) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    List<Path> found;
    try (Stream<Path> walked = Files.walk(folder)) {
      found = walked.filter(Files::isRegularFile).toList();
    }
    for (Path file : found) {
      files.put(
          "/" + folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
    }
    return files;
  }

  /** The bytes compressed as HTTP's gzip. */
  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
