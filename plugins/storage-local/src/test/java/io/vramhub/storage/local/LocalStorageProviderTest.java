package io.vramhub.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

final class LocalStorageProviderTest {
  private final StorageBackend.Provider provider =
      ServiceLoader.load(StorageBackend.Provider.class).findFirst().orElseThrow();

  @TempDir private Path home;

  private TestPluginContext host;

  @BeforeEach
  void host() {
    host = TestPluginContext.in(home).withClock(StorageFixture.CLOCK);
  }

  @AfterEach
  void dispose() {
    host.close();
  }

  @Test
  void isFoundUnderItsName() {
    assertThat(provider).isInstanceOf(LocalStorageProvider.class);
    assertThat(provider.name()).isEqualTo("local");
  }

  @Test
  void makesItsDirectoryAndIsReady() {
    Path directory = home.resolve("a/b");
    StepVerifier.create(
            provider
                .open(context(Map.of("directory", directory.toString())))
                .flatMap(storage -> storage.ready().then(storage.close())))
        .verifyComplete();
    assertThat(directory.resolve("objects")).isDirectory();
  }

  @Test
  void eachOpeningIsAServiceOfItsOwn() {
    TestPluginContext context = context(Map.of("directory", home.toString()));
    StorageBackend first = provider.open(context).block();
    StorageBackend second = provider.open(context).block();
    assertThat(first).isNotNull();
    assertThat(second).isNotNull();
    first.put(new BlobKey("key"), BlobSource.of(new byte[3])).then(first.close()).block();
    StepVerifier.create(second.stat(new BlobKey("key"))).expectNextCount(1).verifyComplete();
  }

  @Test
  void refusesSettingsItDoesNotKnow() throws IOException {
    refuses(Map.of(), "'directory' must name the directory");
    refuses(Map.of("directory", " "), "'directory' is empty");
    refuses(Map.of("directory", "x", "path", "y"), "'path' is unknown");
    Path file = Files.createFile(home.resolve("file"));
    refuses(Map.of("directory", file.toString()), "cannot be used");
    refuses(Map.of("directory", file.resolve("below").toString()), "cannot be used");
  }

  @Test
  void clearsAwayWhatCrashesLeftAndNothingElse() throws IOException {
    Path partials = Files.createDirectories(home.resolve("partial"));
    Path old = Files.createFile(partials.resolve("old"));
    Path fresh = Files.createFile(partials.resolve("fresh"));
    age(old, Duration.ofHours(25));
    age(fresh, Duration.ofHours(1));
    provider.open(context(Map.of("directory", home.toString()))).block();
    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void refusesADirectoryThatEverybodyMayWriteTo() throws IOException {
    Path shared = Files.createDirectory(home.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    refuses(Map.of("directory", shared.toString()), "chmod o-w");
  }

  private static void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(StorageFixture.CLOCK.instant().minus(age)));
  }

  private void refuses(Map<String, String> settings, String reason) {
    StepVerifier.create(provider.open(context(settings)))
        .verifyErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        HubException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                    .hasMessageContaining(reason));
  }

  private TestPluginContext context(Map<String, String> settings) {
    return host.withSettings(ConfigFactory.parseMap(settings));
  }
}
