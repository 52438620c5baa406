package io.vramhub.tck;

import io.vramhub.api.spi.ServiceProvider;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which kind of service a provider is of: the API's interface between it and ServiceProvider. */
final class ProviderKinds {
  private ProviderKinds() {}

  static Class<?> of(Class<?> provider) {
    List<Class<?>> kinds =
        supertypes(provider)
            .filter(Class::isInterface)
            .filter(ServiceProvider.class::isAssignableFrom)
            .filter(type -> type != ServiceProvider.class)
            .filter(type -> type.getName().startsWith("io.vramhub.api.spi."))
            .distinct()
            .toList();
    if (kinds.size() != 1) {
      throw new AssertionError(
          provider.getName() + " is to implement the Provider interface of one kind, not " + kinds);
    }
    return kinds.getFirst();
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    return Stream.concat(
        Stream.of(type),
        Stream.concat(
                Stream.of(type.getInterfaces()),
                Optional.<Class<?>>ofNullable(type.getSuperclass()).stream())
            .flatMap(ProviderKinds::supertypes));
  }
}
