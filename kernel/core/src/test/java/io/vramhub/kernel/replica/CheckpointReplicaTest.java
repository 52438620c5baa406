package io.vramhub.kernel.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.fake.TestNetwork;
import io.vramhub.kernel.fake.TestNetwork.Node;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

final class CheckpointReplicaTest {
  @TempDir Path home;
  private TestNetwork network;
  private final List<Throwable> errors = new ArrayList<>();

  @AfterEach
  void close() {
    network.close();
  }

  private void run(int windows) {
    network = new TestNetwork(home, 2, 1);
    network.startAll(windows);
    network.until(windows + 2L, 0);
    network.events().clear();
  }

  private CheckpointRef newest() {
    return network.chain().state().newestCheckpoint();
  }

  private <T> List<T> use(Node node, CheckpointRef ref, Function<Checkpoint, T> work) {
    List<T> results = new ArrayList<>();
    node.services()
        .checkpoints()
        .use(ref, checkpoint -> Mono.fromSupplier(() -> work.apply(checkpoint)))
        .subscribe(results::add, errors::add);
    network.pass(Duration.ofMinutes(5));
    return results;
  }

  private static Digest root(Checkpoint checkpoint) {
    try {
      Bytes file =
          BoundedBytes.collect(
                  Flux.defer(checkpoint.source().content()), checkpoint.source().length())
              .block();
      assertThat(Digest.sha256(file.array())).isEqualTo(checkpoint.source().digest());
      return CheckpointTree.of(Channels.newChannel(new ByteArrayInputStream(file.array()))).root();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void joinerTakesTheSnapshotAndMergesTheRest() {
    run(4);
    assertThat(newest().window()).isEqualTo(new WindowId(5));
    Node joiner = network.startObserver("joiner");
    assertThat(use(joiner, newest(), CheckpointReplicaTest::root)).containsExactly(newest().root());
    assertThat(network.events(NodeEvent.SnapshotLoaded.class))
        .extracting(event -> event.checkpoint().window())
        .containsExactly(new WindowId(4));
    assertThat(network.events(NodeEvent.CheckpointMerged.class))
        .extracting(event -> event.checkpoint().window())
        .containsExactly(new WindowId(5));
  }

  @Test
  void joinerMergesEverythingWhereNothingIsStored() {
    run(4);
    network.storage().remove(new BlobKey("checkpoint-2.safetensors"));
    network.storage().remove(new BlobKey("checkpoint-4.safetensors"));
    Node joiner = network.startObserver("joiner");
    assertThat(use(joiner, newest(), CheckpointReplicaTest::root)).containsExactly(newest().root());
    assertThat(network.events(NodeEvent.CheckpointMerged.class)).hasSize(4);
  }

  @Test
  void believesNoForgedSnapshot() {
    run(4);
    byte[] forged = network.storage().get(new BlobKey("checkpoint-4.safetensors")).array();
    forged[forged.length - 2] ^= 1;
    network.storage().tamper(new BlobKey("checkpoint-4.safetensors"), forged);
    network.storage().tamper(new BlobKey("checkpoint-2.safetensors"), new byte[3]);
    Node joiner = network.startObserver("joiner");
    assertThat(use(joiner, newest(), CheckpointReplicaTest::root)).containsExactly(newest().root());
    assertThat(network.events(NodeEvent.SnapshotLoaded.class)).isEmpty();
    assertThat(network.events(NodeEvent.CheckpointMerged.class)).hasSize(4);
  }

  @Test
  void stopsAForgedDownloadAtItsFirstForgedPage() {
    // Two and a half pages of 1 MiB.
    ModelSpec larger = new ModelSpec(2_048, 1, 128, 2, 2, 128, 16, 10_000, 1_000, false);
    network = new TestNetwork(home, 1, 1, larger);
    network.startAll(3);
    network.until(5, 0);
    network.events().clear();
    BlobKey stored = new BlobKey("checkpoint-4.safetensors");
    Node joiner = network.startObserver("joiner");
    assertThat(use(joiner, newest(), Checkpoint::ref)).containsExactly(newest());
    assertThat(network.events(NodeEvent.SnapshotLoaded.class)).hasSize(1);

    byte[] forged = network.storage().get(stored).array();
    forged[(1 << 20) + 5] ^= 1;
    network.storage().tamper(stored, forged);
    network.storage().forgetReads();
    Node other = network.startObserver("other");
    assertThat(use(other, newest(), Checkpoint::ref)).containsExactly(newest());
    assertThat(network.storage().reads(stored)).isEqualTo(2);
    assertThat(network.events(NodeEvent.CheckpointMerged.class)).isNotEmpty();
  }

  @Test
  void restartBeginsWithTheKeptFiles() {
    run(3);
    Node first = network.startObserver("node");
    use(first, newest(), Checkpoint::ref);
    first.kill();
    network.events().clear();
    network.storage().breakReading(key -> true);
    Node again = network.startObserver("node");
    assertThat(use(again, newest(), CheckpointReplicaTest::root)).containsExactly(newest().root());
    assertThat(network.events(NodeEvent.CheckpointMerged.class)).isEmpty();
  }

  @Test
  void doesNotBelieveADamagedKeptFile() throws IOException {
    run(3);
    Node first = network.startObserver("node");
    use(first, newest(), Checkpoint::ref);
    first.kill();
    Path kept = StoredCheckpoint.files(first.directory().resolve("checkpoints")).getFirst();
    byte[] damaged = Files.readAllBytes(kept);
    damaged[damaged.length - 1] ^= 1;
    Files.write(kept, damaged);
    Node again = network.startObserver("node");
    assertThat(use(again, newest(), CheckpointReplicaTest::root)).containsExactly(newest().root());
  }

  @Test
  void loanOutlivesReplacementAndThenFreesItsMemory() {
    network = new TestNetwork(home, 2, 1);
    network.startAll(6);
    network.until(1, 5_000);
    Node node = network.startObserver("node");
    Sinks.Empty<Void> work = Sinks.empty();
    List<MemorySegment> lent = new ArrayList<>();
    node.services()
        .checkpoints()
        .use(
            newest(),
            checkpoint -> {
              lent.add(checkpoint.parameters());
              return work.asMono();
            })
        .subscribe();
    network.until(5, 5_000);
    use(node, newest(), Checkpoint::ref);
    use(node, newest(), Checkpoint::ref);
    assertThat(lent).hasSize(1);
    assertThat(lent.getFirst().scope().isAlive()).isTrue();
    work.tryEmitEmpty();
    assertThat(lent.getFirst().scope().isAlive()).isFalse();
    assertThat(StoredCheckpoint.files(node.directory().resolve("checkpoints")))
        .hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void makesACheckpointOnceForAllWhoAsk() {
    run(1);
    network.storage().remove(new BlobKey("checkpoint-2.safetensors"));
    Node node = network.startObserver("node");
    List<CheckpointRef> results = new ArrayList<>();
    for (int asker = 0; asker < 3; asker++) {
      node.services()
          .checkpoints()
          .use(newest(), checkpoint -> Mono.just(checkpoint.ref()))
          .subscribe(results::add);
    }
    network.pass(Duration.ofSeconds(1));
    assertThat(results).containsExactly(newest(), newest(), newest());
    assertThat(network.events(NodeEvent.CheckpointMerged.class)).hasSize(1);
  }

  @Test
  void raisesTheAlarmOverARootItCannotReproduce() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(1);
    network.startMiner(1, 1);
    network.chain().hangOn(call -> isVote(call, Digest.ZERO));
    network.startValidator(1, 1);
    network.until(2, 100);
    network.chain().hangOn(call -> false);
    var window = network.chain().state().window(new WindowId(1)).orElseThrow();
    network
        .chain()
        .submit(
            TestNetwork.validatorKey(1),
            new ChainCall.AnchorCheckpoint(
                new ValidatorUid(1),
                new WindowId(2),
                window.opened().base().root(),
                Digest.ZERO,
                window.result().orElseThrow().topGDigest()),
            new IdempotencyKey(TestNetwork.validatorKey(1).address(), new WindowId(1), "forged"))
        .block();
    CheckpointRef forged = newest();
    assertThat(forged.root()).isEqualTo(Digest.ZERO);
    Node node = network.startObserver("node");
    assertThat(use(node, forged, Checkpoint::ref)).isEmpty();
    assertThat(network.events(NodeEvent.RootDiffers.class))
        .anySatisfy(event -> assertThat(event.anchored()).isEqualTo(forged));
    assertThat(errors)
        .singleElement()
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .asString()
        .contains("can neither be merged here nor taken from storage");
  }

  private static boolean isVote(ChainCall call, Digest except) {
    return call instanceof ChainCall.AnchorCheckpoint vote && !vote.root().equals(except);
  }

  @Test
  void storageTroublePassesAndIsNoVerdict() {
    run(2);
    network.storage().breakReading(key -> true);
    Node node = network.startObserver("node");
    assertThat(use(node, newest(), Checkpoint::ref)).isEmpty();
    assertThat(errors)
        .singleElement()
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
    network.storage().breakReading(key -> false);
    assertThat(use(node, newest(), Checkpoint::ref)).containsExactly(newest());
  }

  @Test
  void mergesNothingFromAnEmptyWindow() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(1);
    network.until(3, 0);
    Node node = network.startObserver("node");
    List<CheckpointRef> results = new ArrayList<>();
    List<String> done = new ArrayList<>();
    node.services()
        .checkpoints()
        .merged(new WindowId(1))
        .subscribe(results::add, errors::add, () -> done.add("done"));
    assertThat(results).isEmpty();
    assertThat(errors).isEmpty();
    assertThat(done).containsExactly("done");
  }
}
