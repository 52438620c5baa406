package io.vramhub.seal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import io.vramhub.seal.server.ServedCommittee;
import io.vramhub.seal.server.ServedCommittee.Behaviour;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.TestSigner;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** What a client makes of key servers that fail, each in its own way. */
final class SealClientTest {
  private static final Credential SECRET = new Credential(Bytes.ofHex("0123456789abcdef"));
  private static final SealPolicy GRADIENT =
      new SealPolicy.Gradient(EvaluationRequests.NETWORK, new WindowId(1), new MinerUid(1));
  private static final SealReader SCORER =
      new SealReader.Validator(new ValidatorUid(1), new TestSigner("validator 1"));
  private static final SealReader ANYONE = new SealReader.Anyone();

  @TempDir private Path home;

  private ServedCommittee committee;
  private TestPluginContext context;
  private CredentialSealer sealer;
  private SealedCredential sealed;

  @BeforeEach
  void seal() {
    committee = ServedCommittee.whileScoring(home.resolve("committee"));
    context = TestPluginContext.in(home.resolve("client"));
    sealer = open("10s");
    sealed = Objects.requireNonNull(sealer.seal(SECRET, GRADIENT).block());
  }

  private CredentialSealer open(String timeout) {
    return Objects.requireNonNull(
        new SealProvider()
            .open(
                context.withSettings(
                    committee
                        .settings()
                        .withValue(
                            "timeout", com.typesafe.config.ConfigValueFactory.fromAnyRef(timeout))))
            .block());
  }

  @AfterEach
  void leave() {
    sealer.close().block();
    context.close();
    committee.close();
  }

  @Test
  void oneServerOfThreeMayBeOutOfOrder() {
    committee.behaves(0, Behaviour.OUT_OF_ORDER);
    opens();
  }

  @Test
  void oneServerOfThreeMayBeSilent() {
    committee.behaves(1, Behaviour.SILENT);
    opens();
  }

  @Test
  void aServerThatIsNoLongerWaitedForIsNoTrouble() {
    committee.behaves(1, Behaviour.SILENT);
    StepVerifier.create(sealer.open(sealed, GRADIENT, SCORER))
        .expectNext(SECRET)
        .expectComplete()
        .verifyThenAssertThat()
        .hasNotDroppedErrors();
  }

  @Test
  void oneServerOfThreeMayLie() {
    committee.behaves(2, Behaviour.LYING);
    opens();
  }

  @Test
  void aSecondFailureIsAnOutageThatNamesBothServers() {
    committee.behaves(0, Behaviour.LYING);
    committee.behaves(2, Behaviour.BABBLING);
    String message = fails(ErrorCode.CHAIN_UNAVAILABLE, SCORER);
    assertThat(message)
        .contains(committee.id(0))
        .contains("it lies")
        .contains(committee.id(2))
        .contains("not JSON");
  }

  @Test
  void silenceEndsWithTheTimeout() {
    committee.behaves(0, Behaviour.SILENT);
    committee.behaves(1, Behaviour.SILENT);
    sealer.close().block();
    sealer = open("300ms");
    assertThat(fails(ErrorCode.CHAIN_UNAVAILABLE, SCORER)).contains("within 300 ms");
  }

  @Test
  void twoDenialsAreADenialWhateverTheThirdSays() {
    committee.behaves(1, Behaviour.OUT_OF_ORDER);
    assertThat(fails(ErrorCode.ACCESS_DENIED, ANYONE)).contains(committee.id(0), "NoAccess");
  }

  @Test
  void oneDenialAndTwoOutagesMayStillBecomeAnything() {
    committee.behaves(0, Behaviour.BABBLING);
    committee.behaves(1, Behaviour.BABBLING);
    fails(ErrorCode.CHAIN_UNAVAILABLE, ANYONE);
  }

  @Test
  void everyoneOpensWhatIsFinal() {
    fails(ErrorCode.ACCESS_DENIED, ANYONE);
    committee.finalizesWindow();
    StepVerifier.create(sealer.open(sealed, GRADIENT, ANYONE)).expectNext(SECRET).verifyComplete();
  }

  @Test
  void keysAreFetchedOnceForEachReader() {
    opens();
    int asked = committee.requests();
    opens();
    assertThat(committee.requests()).isEqualTo(asked);
    fails(ErrorCode.ACCESS_DENIED, ANYONE);
    assertThat(committee.requests()).isGreaterThan(asked);
  }

  @Test
  void sealingNeedsNoServer() {
    for (int i = 0; i < 3; i++) {
      committee.behaves(i, Behaviour.OUT_OF_ORDER);
    }
    StepVerifier.create(sealer.ready()).verifyComplete();
    StepVerifier.create(sealer.seal(SECRET, GRADIENT)).expectNextCount(1).verifyComplete();
  }

  @Test
  void aServerThatCannotProveItsKeyIsRefusedAtTheStart() {
    committee.behaves(1, Behaviour.LYING);
    StepVerifier.create(sealer.ready())
        .verifyErrorSatisfies(
            error -> {
              assertThat(((HubException) error).code()).isEqualTo(ErrorCode.CONFIG_INVALID);
              assertThat(error).hasMessageContaining(committee.id(1));
            });
  }

  @Test
  void largeSecretsAreRefused() {
    Credential large = new Credential(new Bytes(new byte[4_097]));
    StepVerifier.create(sealer.seal(large, GRADIENT))
        .verifyErrorSatisfies(
            error -> assertThat(error).hasMessageContaining("seal a key, not the data"));
  }

  private void opens() {
    StepVerifier.create(sealer.open(sealed, GRADIENT, SCORER)).expectNext(SECRET).verifyComplete();
  }

  private String fails(ErrorCode code, SealReader reader) {
    StringBuilder message = new StringBuilder();
    StepVerifier.create(sealer.open(sealed, GRADIENT, reader))
        .verifyErrorSatisfies(
            error -> {
              message.append(error.getMessage());
              assertThat(((HubException) error).code()).as(error.getMessage()).isEqualTo(code);
            });
    return message.toString();
  }
}
