package io.vramhub.packaging;

import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.api.spi.TrainingFramework;
import java.util.List;
import java.util.Optional;

/** Every kind of service a plugin may provide. */
public final class ServiceKinds {
  public static final List<Class<? extends ServiceProvider<?>>> ALL =
      List.of(
          ChainAdapter.Provider.class,
          CredentialSealer.Provider.class,
          LossEvaluator.Provider.class,
          NodeService.Provider.class,
          RatingAlgorithm.Provider.class,
          StorageBackend.Provider.class,
          TrainingFramework.Provider.class);

  private ServiceKinds() {}

  /** The simple name an operator knows a kind by: {@code StorageBackend}. */
  public static String nameOf(Class<?> kind) {
    Class<?> service = kind.getEnclosingClass();
    return (service == null ? kind : service).getSimpleName();
  }

  /** The kind that a service file of this name lists providers of. */
  static Optional<Class<? extends ServiceProvider<?>>> ofServiceFile(String name) {
    return ALL.stream().filter(kind -> kind.getName().equals(name)).findFirst();
  }
}
