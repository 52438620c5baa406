package io.vramhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Nobody changes the API without knowing. The surface is written down in {@code src/main/api}, one
 * file per major version.
 */
final class ApiSignatureTest {
  private static final Path RECORDED = Path.of("src/main/api", ApiVersion.CURRENT.major() + ".txt");

  /** {@code -Dvramhub.api.record=true} writes the file anew. */
  private static final boolean RECORD = Boolean.getBoolean("vramhub.api.record");

  private static List<String> surface() throws URISyntaxException {
    return ApiSignature.of(
        Path.of(ApiVersion.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
  }

  @Test
  void theApiIsTheRecordedOne() throws Exception {
    List<String> surface = surface();
    if (RECORD) {
      Files.createDirectories(RECORDED.getParent());
      Files.write(RECORDED, surface);
    }
    assertThat(difference(Files.readAllLines(RECORDED), surface))
        .as(
            """
            The plugin API is not the recorded one. Lines with - are gone, lines with + are new.
            A line that is gone breaks plugins that were built against it: keep it, or make a major version.
            New default methods, records and constants are a minor version: raise ApiVersion.CURRENT and
            vramhub.api.version, say so in the changelog, and record the new surface with
              mvn -pl plugin-api/api -Dtest=ApiSignatureTest -Dvramhub.api.record=true test
            """)
        .isEmpty();
  }

  /** Plugins state what they were built against with the number of the build. */
  @Test
  void theBuildAndTheCodeAgreeOnTheVersion() throws Exception {
    assertThat(Path.of("../../pom.xml"))
        .content()
        .contains("<vramhub.api.version>" + ApiVersion.CURRENT + "</vramhub.api.version>");
  }

  @Test
  void theSurfaceTellsWhatAPluginSees() throws Exception {
    assertThat(surface())
        .contains(
            "interface io.vramhub.api.spi.StorageBackend extends io.vramhub.api.spi.HubService",
            "  default java.util.Set<io.vramhub.api.model.StorageTrait> traits()",
            "  reactor.core.publisher.Mono<Void> close()",
            "  NOT_FOUND",
            "record io.vramhub.api.model.ByteRange(long offset, long length)");
  }

  @Test
  void aDifferenceIsToldAsLinesGoneAndNew() {
    assertThat(
            difference(
                List.of("interface a", "  void x()", "interface b", "  void x()"),
                List.of("interface a", "  void x()", "  void y()", "interface b")))
        .containsExactly("- interface b:   void x()", "+ interface a:   void y()");
  }

  /** Members are told with their type, because several types have members of one signature. */
  private static List<String> difference(List<String> recorded, List<String> surface) {
    List<String> before = qualified(recorded);
    List<String> after = qualified(surface);
    List<String> difference = new ArrayList<>();
    before.stream().filter(line -> !after.contains(line)).forEach(l -> difference.add("- " + l));
    after.stream().filter(line -> !before.contains(line)).forEach(l -> difference.add("+ " + l));
    return difference;
  }

  private static List<String> qualified(List<String> lines) {
    List<String> qualified = new ArrayList<>();
    String type = "";
    for (String line : lines) {
      if (line.startsWith("  ")) {
        qualified.add(type + ": " + line);
      } else {
        type = line;
        qualified.add(line);
      }
    }
    return qualified;
  }
}
