package io.vramhub.packaging;

import static io.vramhub.packaging.JarSketch.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PluginPackageTest {
  @TempDir private Path home;

  private Path write(byte[] content) throws IOException {
    return Files.write(home.resolve("sketch.jar"), content);
  }

  private PluginPackage inspect(JarSketch sketch) throws IOException {
    return PluginPackage.inspect(write(sketch.bytes()));
  }

  private HubException refused(byte[] content) throws IOException {
    Path jar = write(content);
    return catchThrowableOfType(HubException.class, () -> PluginPackage.inspect(jar));
  }

  @Test
  void describesWhatIsInOrder() throws IOException {
    byte[] library =
        JarSketch.library("helper/Helper.class", JarSketch.publicClass("helper.Helper"));
    JarSketch sketch =
        new JarSketch()
            .manifest("Plugin-Description", "Keeps bytes.")
            .manifest("Native-Tier", "toy/1.0")
            .manifest("Swap-Mode", "hand-over")
            .file("META-INF/lib/helper-1.0.jar", library)
            .file("META-INF/services/io.vramhub.api.spi.RatingAlgorithm$Provider", text("# none"))
            .file("META-INF/services/java.sql.Driver", text("helper.Helper"));

    PluginPackage plugin = inspect(sketch);

    assertThat(plugin)
        .isEqualTo(
            new PluginPackage(
                home.resolve("sketch.jar"),
                Digest.sha256(sketch.bytes()),
                "sketch",
                "1.2.3",
                "Keeps bytes.",
                ">=1.0.0 & <2.0.0",
                Optional.of(new NativeTier("toy", "1.0")),
                SwapMode.HAND_OVER,
                List.of("helper-1.0.jar"),
                List.of(new PluginPackage.Service("StorageBackend", "sketch.Provider"))));
  }

  @Test
  void swapsSideBySideUnlessToldOtherwise() throws IOException {
    assertThat(inspect(new JarSketch()).swapMode()).isEqualTo(SwapMode.SIDE_BY_SIDE);
  }

  @Test
  void findsProvidersAndServiceFilesInLibraries() throws IOException {
    byte[] library =
        new RawZip()
            .add(new RawZip.Entry("inner/Provider.class", JarSketch.publicClass("inner.Provider")))
            .add(
                new RawZip.Entry(
                    "META-INF/services/io.vramhub.api.spi.RatingAlgorithm$Provider",
                    text("inner.Provider # the second")))
            .bytes();
    assertThat(inspect(new JarSketch().file("META-INF/lib/inner.jar", library)).services())
        .containsExactly(
            new PluginPackage.Service("RatingAlgorithm", "inner.Provider"),
            new PluginPackage.Service("StorageBackend", "sketch.Provider"));
  }

  @Test
  void leavesVariantsForLaterJvmsAlone() throws IOException {
    byte[] later = JarSketch.publicClass("sketch.Later");
    later[7] = 70;
    assertThat(inspect(new JarSketch().file("META-INF/versions/26/sketch/Later.class", later)).id())
        .isEqualTo("sketch");
  }

  @Test
  void admitsWhatCompressesWellButIsSmall() throws IOException {
    assertThat(inspect(new JarSketch().file("zeros.bin", new byte[1 << 20])).id())
        .isEqualTo("sketch");
  }

  @ParameterizedTest
  @MethodSource("io.vramhub.packaging.HostileJar#all")
  void refusesEachHostileJarForItsOwnReason(HostileJar hostile) throws IOException {
    HubException error = refused(hostile.bytes().get());

    assertThat(error).as(hostile.story()).isNotNull();
    assertThat(error.code()).isEqualTo(ErrorCode.PLUGIN_INVALID);
    assertThat(Refusal.of(error)).contains(hostile.refusal());
    assertThat(error)
        .hasMessageStartingWith(
            "plugin " + home.resolve("sketch.jar") + " is refused [" + hostile.refusal() + "]: ");
  }

  @Test
  void refusesLinksFoldersAndWhatIsNotThere() throws IOException {
    Path jar = write(new JarSketch().bytes());
    Path link = Files.createSymbolicLink(home.resolve("link.jar"), jar);
    Path folder = Files.createDirectory(home.resolve("folder.jar"));
    for (Path odd : List.of(link, folder, home.resolve("absent.jar"))) {
      assertThatThrownBy(() -> PluginPackage.inspect(odd))
          .satisfies(error -> assertThat(Refusal.of(error)).contains(Refusal.NOT_A_FILE));
    }
  }

  @Test
  void countsAllUnpackedBytesTogether() throws IOException {
    byte[] noise = new byte[600_000];
    new Random(1).nextBytes(noise);
    Path jar =
        write(
            new JarSketch()
                .file("noise.bin", noise)
                .file("META-INF/lib/noise.jar", JarSketch.library("noise.bin", noise))
                .bytes());
    PackageLimits narrow = new PackageLimits(1L << 29, 1_700_000, 100, 10, 200);
    assertThatThrownBy(() -> PluginPackage.inspect(jar, narrow))
        .satisfies(error -> assertThat(Refusal.of(error)).contains(Refusal.BOMB))
        .hasMessageContaining("unpacks to more than 1700000 bytes");
    assertThat(PluginPackage.inspect(jar, new PackageLimits(1L << 29, 1_900_000, 100, 10, 200)))
        .isNotNull();
  }

  @Test
  void countsLibrariesAndBytesOfTheFile() throws IOException {
    byte[] library = JarSketch.library("a.txt", text("a"));
    Path jar =
        write(
            new JarSketch()
                .file("META-INF/lib/a.jar", library)
                .file("META-INF/lib/b.jar", library)
                .bytes());
    assertThatThrownBy(
            () -> PluginPackage.inspect(jar, new PackageLimits(1L << 29, 1L << 30, 100, 1, 200)))
        .satisfies(error -> assertThat(Refusal.of(error)).contains(Refusal.TOO_MANY_ENTRIES));
    assertThatThrownBy(
            () -> PluginPackage.inspect(jar, new PackageLimits(100, 1L << 30, 100, 10, 200)))
        .satisfies(error -> assertThat(Refusal.of(error)).contains(Refusal.TOO_LARGE));
  }

  /** Any damaged byte is either seen or without meaning; nothing but a refusal is ever thrown. */
  @Test
  void survivesDamagedBytes() throws IOException {
    byte[] sound =
        new JarSketch().file("META-INF/lib/a.jar", JarSketch.library("a.txt", text("a"))).bytes();
    Random random = new Random(20261126);
    for (int round = 0; round < 400; round++) {
      byte[] damaged = sound.clone();
      int position = random.nextInt(sound.length);
      damaged[position] ^= (byte) (1 + random.nextInt(255));
      Path jar = write(damaged);
      try {
        assertThat(PluginPackage.inspect(jar).services()).isNotEmpty();
      } catch (HubException refusal) {
        assertThat(Refusal.of(refusal)).as("byte %s", position).isPresent();
      }
    }
  }

  @Test
  void knowsNoReasonInOtherErrors() {
    assertThat(Refusal.of(new HubException(ErrorCode.DISK, "full"))).isEmpty();
  }
}
