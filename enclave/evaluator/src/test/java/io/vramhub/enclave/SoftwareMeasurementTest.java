package io.vramhub.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AttestationPolicy.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SoftwareMeasurementTest {
  @TempDir private Path directory;

  @Test
  void measuresItsOwnCodeTheSameEachTime() {
    Measurement measurement = SoftwareMeasurement.current();

    assertThat(measurement).isEqualTo(SoftwareMeasurement.current());
    assertThat(List.of(measurement.pcr0(), measurement.pcr1(), measurement.pcr2()))
        .doesNotHaveDuplicates()
        .allSatisfy(pcr -> assertThat(pcr.length()).isEqualTo(48));
  }

  @Test
  void jarsAndFoldersOfOneBuildMeasureTheSame() throws IOException {
    Path folder = write("a", "enclave code", "shared code");
    Path jar = directory.resolve("a.jar");
    try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name :
          List.of("META-INF/x", "io/vramhub/enclave/A.class", "io/vramhub/api/B.class")) {
        output.putNextEntry(new JarEntry(name));
        output.write(
            name.startsWith("META-INF")
                ? new byte[] {1}
                : Files.readAllBytes(folder.resolve(name)));
        output.closeEntry();
      }
    }

    assertThat(SoftwareMeasurement.of(List.of(jar)))
        .isEqualTo(SoftwareMeasurement.of(List.of(folder)));
  }

  @Test
  void aChangedBuildHasAnotherMeasurement() throws IOException {
    Measurement build = measure("b", "enclave code", "shared code");
    Measurement enclaveChanged = measure("c", "enclave Code", "shared code");
    Measurement sharedChanged = measure("d", "enclave code", "shared Code");

    assertThat(List.of(build.pcr0(), enclaveChanged.pcr0(), sharedChanged.pcr0()))
        .doesNotHaveDuplicates();
    assertThat(enclaveChanged.pcr1()).isEqualTo(build.pcr1());
    assertThat(enclaveChanged.pcr2()).isNotEqualTo(build.pcr2());
    assertThat(sharedChanged.pcr1()).isNotEqualTo(build.pcr1());
    assertThat(sharedChanged.pcr2()).isEqualTo(build.pcr2());
  }

  private Measurement measure(String name, String enclave, String shared) throws IOException {
    return SoftwareMeasurement.of(List.of(write(name, enclave, shared)));
  }

  private Path write(String name, String enclave, String shared) throws IOException {
    Path folder = directory.resolve(name);
    Path enclaveFile = folder.resolve("io/vramhub/enclave/A.class");
    Path sharedFile = folder.resolve("io/vramhub/api/B.class");
    Files.createDirectories(enclaveFile.getParent());
    Files.createDirectories(sharedFile.getParent());
    Files.writeString(enclaveFile, enclave);
    Files.writeString(sharedFile, shared);
    return folder;
  }
}
