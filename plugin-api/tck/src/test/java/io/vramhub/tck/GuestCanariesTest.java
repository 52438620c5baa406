package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.spi.NodeService;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a node service does wrong, the contract finds it. */
final class GuestCanariesTest {
  private static GuestFault fault = GuestFault.NONE;

  static GuestFault fault() {
    return fault;
  }

  /** Has a name that no test run picks up by itself. */
  static final class OfMemory implements NodeServiceContract {
    @Override
    public NodeService.Provider provider() {
      return new MemoryGuestProvider();
    }
  }

  @Test
  void aGuestWithoutFaultPasses() {
    fault = GuestFault.NONE;
    Canaries.passes(OfMemory.class);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyFaultIsFound(GuestFault planted) {
    fault = planted;
    Canaries.fails(OfMemory.class, planted.foundBy());
  }

  @Test
  void everyTestHasFoundAFault() {
    assertThat(
            Arrays.stream(GuestFault.values()).map(GuestFault::foundBy).collect(Collectors.toSet()))
        .containsAll(Canaries.testsDeclaredBy(NodeServiceContract.class));
  }
}
