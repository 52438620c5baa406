package io.vramhub.api.spi;

import org.pf4j.ExtensionPoint;
import reactor.core.publisher.Mono;

/**
 * What a plugin jar exposes for one kind of service, listed in {@code
 * META-INF/services/io.vramhub.api.spi.<Kind>$Provider}. Has a public constructor without
 * arguments, is cheap to make and holds no state.
 *
 * @param <T> the kind of service
 */
public interface ServiceProvider<T extends HubService> extends ExtensionPoint {
  /** The value an operator writes, for example {@code storage.use = "local"}. */
  String name();

  /**
   * Opens a service with the given settings. May do I/O on {@link PluginContext#blocking()}; wrong
   * settings signal {@code CONFIG_INVALID} with the key. Each call gives an independent service.
   */
  Mono<T> open(PluginContext context);
}
