package io.vramhub.tck;

import com.typesafe.config.Config;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.ServiceProvider;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a provider says to settings that are wrong. */
final class Settings {
  private Settings() {}

  static <T extends HubService> HubException refusal(
      ServiceProvider<T> provider, TestPluginContext context, Config settings) {
    return refusalIfAny(provider, context, settings)
        .orElseThrow(() -> new AssertionError("opened with " + settings.root().render()));
  }

  /** Empty if it opens; then it is closed. Another error than a refusal is a failure. */
  static <T extends HubService> Optional<HubException> refusalIfAny(
      ServiceProvider<T> provider, TestPluginContext context, Config settings) {
    Mono<Void> opening =
        Mono.defer(() -> provider.open(context.withSettings(settings)))
            .flatMap(service -> service.ready().then(service.close()));
    try {
      Flux.from(opening).blockLast(Signals.LIMIT);
      return Optional.empty();
    } catch (HubException e) {
      if (e.code() != ErrorCode.CONFIG_INVALID) {
        throw new AssertionError("wrong settings are CONFIG_INVALID, not " + e.code(), e);
      }
      return Optional.of(e);
    }
  }
}
