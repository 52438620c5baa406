package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What every {@link ChainAdapter} owes: one log for everybody, without gaps, and calls that happen
 * once. It is opened on a chain of its own for every test.
 */
public interface ChainAdapterContract extends ServiceContract<ChainAdapter> {
  /** A call and who makes it. */
  record Submission(Signer signer, ChainCall call) {
    IdempotencyKey key(String purpose) {
      return new IdempotencyKey(signer.address(), new WindowId(0), purpose);
    }
  }

  /** What no chain knows. */
  ChainCall REFUSED = new ChainCall.LeaveMiner(new MinerUid(1_000_000));

  @Override
  ChainAdapter.Provider provider();

  /**
   * A call that takes effect on a chain that has just begun, in any order with those of other
   * numbers, from 0 to 39. The same number is always the same call.
   */
  Submission submission(int number);

  @Override
  default Map<String, Supplier<Publisher<?>>> calls(ChainAdapter chain) {
    Map<String, Supplier<Publisher<?>>> calls = new TreeMap<>();
    calls.put("head", chain::head);
    calls.put("events", () -> chain.events(1).take(1));
    calls.put(
        "submit",
        () ->
            chain.submit(
                submission(0).signer(), submission(0).call(), submission(0).key("repeated")));
    return calls;
  }

  private List<ChainRecord> executed(ChainAdapter chain, int number) {
    return executed(chain, submission(number), "call " + number);
  }

  private List<ChainRecord> executed(ChainAdapter chain, Submission submission, String purpose) {
    Receipt receipt =
        Signals.value(
            chain.submit(submission.signer(), submission.call(), submission.key(purpose)));
    assertThat(receipt).isInstanceOf(Receipt.Executed.class);
    return ((Receipt.Executed) receipt).records();
  }

  private AbortCode aborted(ChainAdapter chain, Signer signer, ChainCall call, IdempotencyKey key) {
    Receipt receipt = Signals.value(chain.submit(signer, call, key));
    assertThat(receipt).isInstanceOf(Receipt.Aborted.class);
    return ((Receipt.Aborted) receipt).code();
  }

  private long sequence(ChainAdapter chain) {
    return Signals.value(chain.head()).sequence();
  }

  private List<ChainRecord> records(ChainAdapter chain, long from) {
    return Signals.all(chain.events(from).take(sequence(chain) - from + 1));
  }

  @Test
  default void beginsWithItsNetwork(ChainAdapter chain) {
    ChainRecord first = Signals.value(chain.events(1).next());
    assertThat(first.sequence()).isEqualTo(1);
    assertThat(first.event())
        .isInstanceOfSatisfying(
            ChainEvent.NetworkCreated.class,
            created ->
                assertThat(Signals.value(chain.head()).network()).isEqualTo(created.network()));
  }

  @Test
  default void headTellsTheNewestEventAndATimeThatNeverGoesBack(ChainAdapter chain) {
    ChainHead before = Signals.value(chain.head());
    List<ChainRecord> records = executed(chain, 1);
    ChainHead after = Signals.value(chain.head());
    assertThat(after.sequence()).isEqualTo(before.sequence() + records.size());
    assertThat(after.timeMs())
        .isGreaterThanOrEqualTo(records.getLast().timeMs())
        .isGreaterThanOrEqualTo(before.timeMs());
    assertThat(records.getLast().timeMs()).isGreaterThanOrEqualTo(before.timeMs());
  }

  @Test
  default void eventsComeInOrderWithoutGapsFromAnyPlace(ChainAdapter chain) {
    IntStream.range(0, 8).forEach(number -> executed(chain, number));
    List<ChainRecord> all = records(chain, 1);
    assertThat(all)
        .extracting(ChainRecord::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, all.size()).boxed().toList());
    assertThat(all).extracting(ChainRecord::timeMs).isSorted();
    for (int from = 1; from <= all.size(); from++) {
      assertThat(records(chain, from))
          .as("events from %d", from)
          .isEqualTo(all.subList(from - 1, all.size()));
    }
  }

  @Test
  default void eventsFollowTheChainNoFasterThanTheyAreAsked(ChainAdapter chain) {
    long last = sequence(chain);
    AtomicLong seen = new AtomicLong();
    Flux<Long> three = chain.events(last).map(ChainRecord::sequence).doOnNext(seen::set).take(3);
    Mono<List<Long>> following =
        Mono.fromCallable(() -> OneByOne.of(three))
            .subscribeOn(Schedulers.boundedElastic())
            .cache();
    Disposable follower = following.subscribe();
    Signals.eventually("the newest event arrives", () -> seen.get() == last);
    executed(chain, 1);
    executed(chain, 2);
    assertThat(Signals.value(following)).containsExactly(last, last + 1, last + 2);
    follower.dispose();
  }

  @Test
  default void manyWaitForOneEventAndEachHasItsOwnPlace(ChainAdapter chain) {
    // Half of them begin one event earlier, and a chain may have begun with a single one.
    executed(chain, 0);
    long last = sequence(chain);
    List<Mono<List<Long>>> followers =
        IntStream.range(0, 64)
            .mapToObj(
                number ->
                    chain
                        .events(last - number % 2)
                        .map(ChainRecord::sequence)
                        .take(2 + number % 2)
                        .collectList()
                        .cache())
            .toList();
    followers.forEach(Mono::subscribe);
    executed(chain, 1);
    for (int number = 0; number < followers.size(); number++) {
      assertThat(Signals.value(followers.get(number)))
          .containsExactlyElementsOf(
              LongStream.rangeClosed(last - number % 2, last + 1).boxed().toList());
    }
  }

  @Test
  default void followersThatLeaveAreNoBurden(ChainAdapter chain) {
    long next = sequence(chain) + 1;
    for (int i = 0; i < 200; i++) {
      Disposable follower = chain.events(next).subscribe();
      follower.dispose();
    }
    executed(chain, 1);
    assertThat(Signals.value(chain.events(next).next()).sequence()).isEqualTo(next);
  }

  @Test
  default void aReceiptCarriesTheRecordsOfTheChain(ChainAdapter chain) {
    long before = sequence(chain);
    List<ChainRecord> records = executed(chain, 1);
    assertThat(records).isNotEmpty().isEqualTo(records(chain, before + 1));
  }

  @Test
  default void aCallUnderAKnownKeyHasNoSecondEffect(ChainAdapter chain) {
    List<ChainRecord> first = executed(chain, 1);
    long after = sequence(chain);
    assertThat(executed(chain, 1)).isEqualTo(first);
    assertThat(executed(chain, 1)).isEqualTo(first);
    assertThat(sequence(chain)).isEqualTo(after);
    assertThat(executed(chain, submission(1), "another effect")).isNotEqualTo(first);
  }

  @Test
  default void nothingHappensBeforeSomebodySubscribes(ChainAdapter chain) {
    long before = sequence(chain);
    Submission one = submission(1);
    Mono<Receipt> call = chain.submit(one.signer(), one.call(), one.key("cold"));
    assertThat(sequence(chain)).isEqualTo(before);
    Signals.completes(call);
    assertThat(sequence(chain)).isGreaterThan(before);
  }

  @Test
  default void aRefusalIsAValueThatChangesNothingAndIsNotRemembered(ChainAdapter chain) {
    long before = sequence(chain);
    Submission one = submission(1);
    assertThat(aborted(chain, one.signer(), REFUSED, one.key("tried")))
        .isEqualTo(AbortCode.UNKNOWN_MINER);
    assertThat(sequence(chain)).isEqualTo(before);
    assertThat(executed(chain, one, "tried")).isNotEmpty();
  }

  @Test
  default void nobodyUsesTheKeyOfAnother(ChainAdapter chain) {
    Submission one = submission(1);
    IdempotencyKey foreign = new Submission(new TestSigner("a stranger"), REFUSED).key("call");
    assertThat(aborted(chain, one.signer(), one.call(), foreign)).isEqualTo(AbortCode.NOT_OWNER);
  }

  @Test
  default void callsOfManyAtATimeEachHappenOnce(ChainAdapter chain) {
    long before = sequence(chain);
    // Every call twice: a node that lost its reply, and one that did not.
    List<Receipt> receipts =
        Signals.all(
            Flux.range(0, 40)
                .map(index -> submission(index / 2))
                .index()
                .flatMap(
                    call ->
                        chain.submit(
                            call.getT2().signer(),
                            call.getT2().call(),
                            call.getT2().key("call " + call.getT1() / 2)),
                    16));
    assertThat(receipts).hasSize(40).allMatch(Receipt.Executed.class::isInstance);
    List<List<ChainRecord>> effects =
        receipts.stream()
            .map(receipt -> ((Receipt.Executed) receipt).records())
            .distinct()
            .toList();
    assertThat(effects).hasSize(20).noneMatch(List::isEmpty);
    assertThat(records(chain, before + 1))
        .containsExactlyInAnyOrderElementsOf(effects.stream().flatMap(List::stream).toList());
  }

  @Test
  default void closingEndsTheEventsThatAreFollowed(ChainAdapter chain) {
    Mono<Throwable> ending =
        chain
            .events(sequence(chain) + 1)
            .then(Mono.<Throwable>empty())
            .onErrorResume(Mono::just)
            .cache();
    ending.subscribe();
    Signals.completes(chain.close());
    assertThat(Signals.value(ending)).isNotNull();
  }
}
