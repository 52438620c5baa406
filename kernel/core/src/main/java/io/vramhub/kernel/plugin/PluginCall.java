package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A call into a plugin, on the plugin's own threads: one that hangs holds up nobody else, and
 * whatever is thrown, down to a missing class or exhausted memory, is an error of the call and not
 * of the node.
 */
final class PluginCall {
  private PluginCall() {}

  /**
   * @param what the method, for the message
   * @param call is run, and its result subscribed, with the generation's context loader
   */
  static <R> Mono<R> mono(PluginGeneration generation, String what, Supplier<Mono<R>> call) {
    return Mono.defer(() -> Mono.from(guarded(generation, what, call)))
        .subscribeOn(generation.blocking())
        .onErrorMap(failure -> explain(generation, what, failure));
  }

  static <R> Flux<R> flux(PluginGeneration generation, String what, Supplier<Flux<R>> call) {
    return Flux.defer(() -> guarded(generation, what, call))
        .subscribeOn(generation.blocking(), false)
        .onErrorMap(failure -> explain(generation, what, failure));
  }

  private static <P extends Publisher<R>, R> Publisher<R> guarded(
      PluginGeneration generation, String what, Supplier<P> call) {
    try {
      P result = ContextLoader.with(generation.contextLoader(), call);
      if (result == null) {
        throw new NullPointerException("it returned null");
      }
      return result;
    } catch (HubException e) {
      return Mono.error(e);
    } catch (Throwable e) {
      // Reactor would rethrow a LinkageError or OutOfMemoryError and leave the subscriber waiting.
      return Mono.error(explain(generation, what, e));
    }
  }

  private static Throwable explain(PluginGeneration generation, String what, Throwable failure) {
    return failure instanceof HubException
        ? failure
        : new HubException(
            ErrorCode.PLUGIN_FAILED,
            "plugin " + generation.label() + " failed in " + what + ": " + failure,
            failure);
  }
}
