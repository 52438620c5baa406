package io.vramhub.framework.djl;

import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.TrainingFramework;
import reactor.core.publisher.Mono;

/** Opens the framework {@code djl}. Uses no class of DJL itself, so that it loads without them. */
public final class DjlFrameworkProvider implements TrainingFramework.Provider {
  @Override
  public String name() {
    return "djl";
  }

  @Override
  public Mono<TrainingFramework> open(PluginContext context) {
    return Mono.<TrainingFramework>fromCallable(
            () -> {
              DjlSettings settings = DjlSettings.from(context.settings());
              NativeTier.load(settings.cache());
              return new DjlFramework();
            })
        .subscribeOn(context.blocking());
  }
}
