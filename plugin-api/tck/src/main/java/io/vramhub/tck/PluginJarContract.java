package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.packaging.PluginPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * What every plugin jar owes: a node would load it. It needs the jar, so its test runs after the
 * jar was packed, as an integration test.
 */
public interface PluginJarContract {
  /** The packed jar, for example {@code target/my-plugin-1.0.0.jar}. */
  Path jar();

  @Test
  default void isInOrder() {
    PluginPackage plugin = PluginPackage.inspect(jar());
    assertThat(plugin.services()).isNotEmpty();
  }

  @Test
  default void tellsAnOperatorWhatItIs() {
    assertThat(PluginPackage.inspect(jar()).description()).isNotBlank();
  }

  /** Everything in it was made by the build, so two builds of one source give one jar. */
  @Test
  default void isTheSameWheneverItIsBuilt() throws IOException {
    try (JarFile file = new JarFile(jar().toFile())) {
      assertThat(file.stream().map(JarEntry::getLastModifiedTime).distinct())
          .as("times of the entries; set project.build.outputTimestamp")
          .hasSize(1);
    }
  }

  /** Whoever may not run a test must not find its classes in a node. */
  @Test
  default void carriesNoTests() throws IOException {
    try (JarFile file = new JarFile(jar().toFile())) {
      Optional<String> test =
          file.stream()
              .map(JarEntry::getName)
              .filter(name -> name.startsWith("org/junit/") || name.startsWith("io/vramhub/tck/"))
              .findFirst();
      assertThat(test).isEmpty();
    }
  }
}
