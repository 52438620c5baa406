package io.vramhub.tck;

import io.vramhub.api.spi.HubService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a contract's test what it asks for: the service, opened and ready, or the context to open
 * one with. Both are made anew for every test, in a directory of its own, and end with it.
 */
final class ContractExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(ContractExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestPluginContext.class || HubService.class.isAssignableFrom(type);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    Fixture<?> fixture =
        test.getStore(NAMESPACE)
            .computeIfAbsent(
                Fixture.class,
                type -> Fixture.of((ServiceContract<?>) test.getRequiredTestInstance()),
                Fixture.class);
    return parameter.getParameter().getType() == TestPluginContext.class
        ? fixture.context
        : fixture.service();
  }

  /** What one test works with. JUnit closes it after the test. */
  private static final class Fixture<T extends HubService> implements AutoCloseable {
    private final ServiceContract<T> contract;
    private final Path home;
    private final TestPluginContext context;
    private List<T> services = List.of();

    private Fixture(ServiceContract<T> contract, Path home) {
      this.contract = contract;
      this.home = home;
      context = contract.context(home);
    }

    static <T extends HubService> Fixture<T> of(ServiceContract<T> contract) {
      try {
        return new Fixture<>(contract, Files.createTempDirectory("tck-"));
      } catch (IOException e) {
        throw new AssertionError("no temporary directory", e);
      }
    }

    T service() {
      if (services.isEmpty()) {
        services = List.of(contract.opened(context));
      }
      return services.getFirst();
    }

    @Override
    public void close() throws IOException {
      try {
        services.forEach(service -> Signals.completes(service.close()));
      } finally {
        context.close();
        deleteTree(home);
      }
    }

    private static void deleteTree(Path tree) throws IOException {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
