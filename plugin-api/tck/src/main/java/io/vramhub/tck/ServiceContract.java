package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.vramhub.api.error.ErrorKind;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.ServiceProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * What a service of any kind owes its host. The contracts of the kinds extend it; a plugin
 * implements those.
 *
 * @param <T> the kind of service
 */
@ExtendWith(ContractExtension.class)
public interface ServiceContract<T extends HubService> {
  /** The provider under test. */
  ServiceProvider<T> provider();

  /**
   * The settings of a service that keeps what it keeps in the given directory, which is there; none
   * unless this is overridden.
   */
  default Config settings(Path directory) {
    return ConfigFactory.empty();
  }

  /** What the service is opened with; override it for another clock or timer. */
  default TestPluginContext context(Path directory) {
    return TestPluginContext.in(directory.resolve("data")).withSettings(settings(directory));
  }

  /**
   * One call, by its name, of every method that answers by a publisher. Each succeeds as often as
   * it is made, several at a time, and ends by itself. Whatever must be there for it to succeed has
   * been arranged with the service, which is open. Supplied by the contract of the kind.
   */
  Map<String, Supplier<Publisher<?>>> calls(T service);

  /** Whether a thread is the test's own, for example of a server that the service speaks to. */
  default boolean isOfTheTest(Thread thread) {
    return false;
  }

  /** A service that was opened and is ready; the test closes it. */
  default T opened(TestPluginContext context) {
    T service = Signals.value(provider().open(context));
    Signals.completes(service.ready());
    return service;
  }

  private static Path elsewhere(TestPluginContext context) {
    try {
      return Files.createDirectory(context.dataDirectory().resolveSibling("elsewhere"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  default void isListedInItsServiceFile() {
    Class<?> provider = provider().getClass();
    Class<?> kind = ProviderKinds.of(provider);
    List<String> listed =
        ServiceLoader.load(kind, provider.getClassLoader()).stream()
            .map(entry -> entry.type().getName())
            .toList();
    assertThat(listed)
        .as("META-INF/services/%s lists the provider", kind.getName())
        .contains(provider.getName());
  }

  @Test
  default void hasANameThatAnOperatorCanWrite() {
    assertThat(provider().name()).matches("[a-z][a-z0-9-]{0,31}").isEqualTo(provider().name());
  }

  @Test
  default void doesNothingBeforeSomebodySubscribesToItsOpening(TestPluginContext context) {
    Set<Thread> before = Threads.alive();
    Mono<T> opening = provider().open(context);
    assertThat(opening).isNotNull();
    assertThat(context.dataDirectory()).isEmptyDirectory();
    Threads.assertNoneSince(before, this::isOfTheTest);
  }

  @Test
  default void isReadyAsOftenAsItIsAsked(T service) {
    assertThatCode(() -> Signals.completes(service.ready().then(service.ready())))
        .doesNotThrowAnyException();
  }

  @Test
  default void refusesASettingItDoesNotKnow(TestPluginContext context) {
    HubException refusal =
        Settings.refusal(
            provider(),
            context,
            context.settings().withValue("no-such-setting", ConfigValueFactory.fromAnyRef("x")));
    assertThat(refusal).hasMessageContaining("no-such-setting");
  }

  @Test
  default void namesTheSettingThatIsOfAnotherType(TestPluginContext context) {
    for (String key : context.settings().root().keySet()) {
      Config wrong =
          context.settings().withValue(key, ConfigValueFactory.fromIterable(List.of(List.of())));
      assertThat(Settings.refusal(provider(), context, wrong)).hasMessageContaining(key);
    }
  }

  @Test
  default void namesTheSettingThatIsMissingUnlessItHasADefault(TestPluginContext context) {
    for (String key : context.settings().root().keySet()) {
      Settings.refusalIfAny(provider(), context, context.settings().withoutPath(key))
          .ifPresent(refusal -> assertThat(refusal).hasMessageContaining(key));
    }
  }

  @Test
  default void eachOpeningIsAServiceOfItsOwn(TestPluginContext context) {
    T first = opened(context);
    try (TestPluginContext other = context(elsewhere(context))) {
      T second = opened(other);
      assertThat(second).isNotSameAs(first);
      Signals.completes(first.close());
      assertThatCode(() -> calls(second).values().forEach(call -> Signals.completes(call.get())))
          .as("calls of a service after another one was closed")
          .doesNotThrowAnyException();
      Signals.completes(second.close());
    }
  }

  @Test
  default void answersCallersThatMustNotBlock(T service) {
    Scheduler callers = Schedulers.newParallel("tck-caller", 1, true);
    try {
      calls(service)
          .forEach(
              (name, call) ->
                  assertThatCode(
                          () -> Signals.completes(Flux.defer(call::get).subscribeOn(callers)))
                      .as("%s, called on a thread that must not block", name)
                      .doesNotThrowAnyException());
    } finally {
      callers.dispose();
    }
  }

  /** A service may say that it is busy, by an error that tells the caller to try again. */
  @Test
  default void answersManyCallersAtATime(T service) {
    Scheduler callers = Schedulers.newParallel("tck-caller", 4, true);
    try {
      calls(service)
          .forEach(
              (name, call) ->
                  assertThat(
                          Signals.all(
                              Flux.range(0, 16)
                                  .flatMap(
                                      caller ->
                                          Flux.defer(call::get)
                                              .subscribeOn(callers)
                                              .then(Mono.just(caller))
                                              .onErrorResume(
                                                  ServiceContract::isBusy, busy -> Mono.empty()),
                                      16)))
                      .as("%s: callers that had an answer", name)
                      .isNotEmpty());
    } finally {
      callers.dispose();
    }
  }

  private static boolean isBusy(Throwable error) {
    return error instanceof HubException known && known.code().kind() == ErrorKind.TRANSIENT;
  }

  @Test
  default void isOfUseAfterCallsWereCancelled(T service) {
    calls(service)
        .forEach(
            (name, call) -> {
              for (int i = 0; i < 20; i++) {
                Disposable cancelled = Flux.from(call.get()).onErrorComplete().subscribe();
                cancelled.dispose();
              }
              assertThatCode(
                      () ->
                          Signals.completes(
                              Flux.defer(call::get)
                                  .retryWhen(
                                      Retry.fixedDelay(200, Duration.ofMillis(50))
                                          .filter(ServiceContract::isBusy))))
                  .as("%s, after it was cancelled", name)
                  .doesNotThrowAnyException();
            });
  }

  @Test
  default void closesAsOftenAsItIsAskedAndBySeveralAtATime(T service) {
    Scheduler callers = Schedulers.newParallel("tck-caller", 4, true);
    try {
      assertThatCode(
              () ->
                  Signals.completes(
                      Flux.range(0, 8)
                          .flatMap(i -> Mono.defer(service::close).subscribeOn(callers), 8)
                          .then(Mono.defer(service::close))))
          .as("closing again")
          .doesNotThrowAnyException();
    } finally {
      callers.dispose();
    }
  }

  @Test
  default void signalsAnErrorForCallsAfterClosing(T service) {
    Map<String, Supplier<Publisher<?>>> calls = calls(service);
    Signals.completes(service.close());
    calls.forEach(
        (name, call) ->
            assertThatCode(() -> Signals.failure(call.get()))
                .as("%s, called after closing", name)
                .doesNotThrowAnyException());
  }

  @Test
  default void leavesNoThreadBehind(TestPluginContext context) {
    Set<Thread> before = Threads.alive();
    T service = opened(context);
    calls(service).values().forEach(call -> Signals.completes(call.get()));
    Signals.completes(service.close());
    context.close();
    Threads.assertNoneSince(before, this::isOfTheTest);
  }
}
