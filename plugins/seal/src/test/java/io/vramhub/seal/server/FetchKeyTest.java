package io.vramhub.seal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.NodeView;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.seal.scheme.G1;
import io.vramhub.seal.scheme.MasterKey;
import io.vramhub.seal.scheme.ProofOfPossession;
import io.vramhub.seal.scheme.SealId;
import io.vramhub.seal.scheme.TransportKey;
import io.vramhub.seal.scheme.UserKey;
import io.vramhub.seal.wire.ApprovalTransaction;
import io.vramhub.seal.wire.Input;
import io.vramhub.seal.wire.MoveCall;
import io.vramhub.seal.wire.ObjectIds;
import io.vramhub.seal.wire.PolicyObjects;
import io.vramhub.tck.TestNode;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.TestSigner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who is given keys, and what everybody else is told: every code of Seal's servers. */
final class FetchKeyTest {
  private static final PolicyObjects OBJECTS = PolicyObjects.ofLocalNetwork(Network.ID);
  private static final TestSigner STRANGER = new TestSigner("stranger");

  @TempDir private Path directory;

  private final Network network = Network.small().opensWindow();
  private OpenServer server;

  @BeforeEach
  void start() {
    server = OpenServer.start(context());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private TestPluginContext context() {
    return TestPluginContext.in(directory.resolve("data")).withNode(network.node());
  }

  private MasterKey masterKey() {
    return MasterKeyFile.readOrCreate(directory.resolve("data/master.key"), new SecureRandom());
  }

  private static Reader validator(int uid) {
    return Reader.of(Network.validator(uid), OBJECTS.packageId());
  }

  private static ApprovalTransaction approval(SealPolicy policy, long validator) {
    return ApprovalTransaction.of(OBJECTS, policy, validator);
  }

  private static Reader scorer() {
    return validator(1).asks(approval(Network.GRADIENT, 1));
  }

  private UserKey opened(Reader reader, OpenServer.Answer answer, int which) {
    var packed = answer.json().path("decryption_keys").path(which).path("encrypted_key");
    return reader
        .transportKey()
        .open(
            new TransportKey.Parcel(
                G1.decompress("first", Base64.getDecoder().decode(packed.path(0).asString())),
                G1.decompress("second", Base64.getDecoder().decode(packed.path(1).asString()))));
  }

  @Test
  void aScorerIsGivenTheKeyOfAGradientOnceScoringIsOpen() {
    network.opensScoring();
    Reader reader = scorer();
    OpenServer.Answer answer = server.ask(reader.call());
    assertThat(answer.status()).as(answer.message()).isEqualTo(200);
    SealId id = new SealId(OBJECTS.packageId(), Network.GRADIENT.identity());
    assertThat(opened(reader, answer, 0).isFor(id, masterKey().publicKey())).isTrue();
    List<Integer> named = new ArrayList<>();
    answer.json().path("decryption_keys").path(0).path("id").forEach(n -> named.add(n.asInt()));
    byte[] full = id.bytes().array();
    assertThat(named)
        .isEqualTo(IntStream.range(0, full.length).map(i -> full[i] & 0xff).boxed().toList());
  }

  @Test
  void anyoneIsGivenTheKeyOfAGradientOfAFinalWindow() {
    network.opensScoring().finalizesWindow();
    Reader reader = Reader.of(STRANGER, OBJECTS.packageId()).asks(approval(Network.GRADIENT, 0));
    assertThat(server.ask(reader.call()).status()).isEqualTo(200);
  }

  @Test
  void aValidatorIsGivenTheKeyOfTheCredentialsAMinerPublishedLast() {
    network.publishesCredentials(7);
    assertThat(server.ask(validator(2).asks(approval(Network.credentials(7), 2)).call()).status())
        .isEqualTo(200);
    network.publishesCredentials(8);
    String told =
        server.refusal(
            validator(2).asks(approval(Network.credentials(7), 2)).call(), Denial.NO_ACCESS);
    assertThat(told).contains("key epoch 7 is not what miner 1 has published last");
  }

  @Test
  void oneRequestMayAskForSeveralKeysAndEachMustBeAdmitted() {
    network.opensScoring().publishesCredentials(7);
    MoveCall gradient = approval(Network.GRADIENT, 1).calls().getFirst();
    MoveCall credentials = approval(Network.credentials(7), 1).calls().getFirst();
    Reader both = validator(1).asks(new ApprovalTransaction(List.of(gradient, credentials)));
    OpenServer.Answer answer = server.ask(both.call());
    assertThat(answer.json().path("decryption_keys").size()).isEqualTo(2);
    assertThat(
            opened(both, answer, 1)
                .isFor(
                    new SealId(OBJECTS.packageId(), Network.credentials(7).identity()),
                    masterKey().publicKey()))
        .isTrue();
    MoveCall old = approval(Network.credentials(6), 1).calls().getFirst();
    server.refusal(
        validator(1).asks(new ApprovalTransaction(List.of(gradient, old))).call(),
        Denial.NO_ACCESS);
  }

  @Test
  void whatTheChainDoesNotAdmitIsNoAccess() {
    assertThat(server.refusal(scorer().call(), Denial.NO_ACCESS))
        .contains("scoring of window 1 has not opened");
    network.opensScoring();
    assertThat(
            server.refusal(
                Reader.of(STRANGER, OBJECTS.packageId()).asks(approval(Network.GRADIENT, 1)).call(),
                Denial.NO_ACCESS))
        .contains("validator 1 does not belong to " + STRANGER.address());
    server.refusal(
        validator(1)
            .asks(
                approval(new SealPolicy.Gradient(Network.ID, new WindowId(9), new MinerUid(1)), 1))
            .call(),
        Denial.NO_ACCESS);
  }

  @Test
  void anIdentityThatIsNoneOfOursIsNoAccessAsItIsOnTheChain() {
    network.opensScoring();
    for (Bytes identity :
        List.of(
            Bytes.EMPTY,
            Bytes.ofHex("00"),
            Bytes.ofHex("ff".repeat(49)),
            Network.credentials(7).identity())) {
      Input id = new Input.Pure(new Bytes(new BcsWriter().bytes(identity.array()).toByteArray()));
      server.refusal(validator(1).asks(spoiled(0, id)).call(), Denial.NO_ACCESS);
    }
  }

  /** The gradient's approval with another argument. */
  private static ApprovalTransaction spoiled(int place, Input argument) {
    MoveCall good = approval(Network.GRADIENT, 1).calls().getFirst();
    List<Input> arguments = new ArrayList<>(good.arguments());
    arguments.set(place, argument);
    return new ApprovalTransaction(
        List.of(new MoveCall(good.packageId(), good.module(), good.function(), arguments)));
  }

  @Test
  void otherObjectsAreInvalidParameters() {
    network.opensScoring();
    Input other = new Input.Shared(Network.digest("other"), 1, false);
    for (int place = 1; place <= 4; place++) {
      assertThat(
              server.refusal(
                  validator(1).asks(spoiled(place, other)).call(), Denial.INVALID_PARAMETER))
          .contains("argument " + place);
    }
    MoveCall good = approval(Network.GRADIENT, 1).calls().getFirst();
    server.refusal(
        validator(1)
            .asks(
                new ApprovalTransaction(
                    List.of(
                        new MoveCall(
                            good.packageId(),
                            good.module(),
                            good.function(),
                            good.arguments().subList(0, 4)))))
            .call(),
        Denial.INVALID_PARAMETER);
  }

  @Test
  void aTransactionThatDoesMoreThanAskForApprovalIsInvalid() {
    MoveCall good = approval(Network.GRADIENT, 1).calls().getFirst();
    MoveCall otherFunction =
        new MoveCall(good.packageId(), good.module(), "mint", good.arguments());
    MoveCall otherPackage =
        new MoveCall(Network.digest("another"), good.module(), good.function(), good.arguments());
    MoveCall noSuchFunction =
        new MoveCall(good.packageId(), good.module(), "seal_approve_all", good.arguments());
    MoveCall noIdentity =
        new MoveCall(
            good.packageId(), good.module(), good.function(), good.arguments().subList(1, 5));
    for (List<MoveCall> calls :
        List.of(
            List.<MoveCall>of(),
            List.of(good, otherFunction),
            List.of(good, otherPackage),
            List.of(noSuchFunction),
            List.of(noIdentity))) {
      server.refusal(validator(1).asks(new ApprovalTransaction(calls)).call(), Denial.INVALID_PTB);
    }
    String bytes = approval(Network.GRADIENT, 1).encode().hex();
    server.refusal(validator(1).asks(Bytes.ofHex(bytes + "00")).call(), Denial.INVALID_PTB);
    server.refusal(validator(1).asks(Bytes.ofHex(bytes.substring(2))).call(), Denial.INVALID_PTB);
  }

  @Test
  void thePackageOfAnotherNetworkDoesNotExistHere() {
    Digest another = Network.digest("another network");
    PolicyObjects objects = new PolicyObjects(another, another, another, another);
    server.refusal(
        Reader.of(Network.validator(1), another)
            .asks(ApprovalTransaction.of(objects, Network.GRADIENT, 1))
            .call(),
        Denial.INVALID_PACKAGE);
  }

  @Test
  void aServerOfAPackageOnSuiServesNoOther() {
    PolicyObjects onSui =
        new PolicyObjects(
            Network.digest("package"),
            Network.digest("rounds"),
            Network.digest("registry"),
            Network.digest("hparams"));
    network.opensScoring();
    try (TestPluginContext context =
            TestPluginContext.in(directory.resolve("other"))
                .withNode(network.node())
                .withSettings(
                    "package = \"%s\", rounds = \"%s\", registry = \"%s\", hparams = \"%s\""
                        .formatted(
                            ObjectIds.text(onSui.packageId()),
                            ObjectIds.text(onSui.rounds()),
                            ObjectIds.text(onSui.registry()),
                            ObjectIds.text(onSui.hparams())));
        OpenServer permissioned = OpenServer.start(context)) {
      permissioned.refusal(scorer().call(), Denial.UNSUPPORTED_PACKAGE_ID);
      Reader reader =
          Reader.of(Network.validator(1), onSui.packageId())
              .asks(ApprovalTransaction.of(onSui, Network.GRADIENT, 1));
      assertThat(permissioned.ask(reader.call()).status()).isEqualTo(200);
    }
  }

  @Test
  void aSessionIsTakenFromItsBeginningToItsEnd() {
    network.opensScoring();
    var now = TestPluginContext.NOW;
    assertThat(server.ask(scorer().from(now, 30).call()).status()).isEqualTo(200);
    assertThat(server.ask(scorer().from(now.minusSeconds(60).plusMillis(1), 1).call()).status())
        .isEqualTo(200);
    for (Reader late :
        List.of(
            scorer().from(now.plusMillis(1), 10),
            scorer().from(now.minusSeconds(60), 1),
            scorer().from(now, 31),
            scorer().from(now, 0))) {
      server.refusal(late.call(), Denial.INVALID_CERTIFICATE);
    }
  }

  @Test
  void theUserMustHaveSignedTheSession() {
    network.opensScoring();
    server.refusal(
        scorer().certifies("user", STRANGER.address().toString()).call(), Denial.INVALID_SIGNATURE);
    server.refusal(scorer().certifies("ttl_min", 11).call(), Denial.INVALID_SIGNATURE);
    server.refusal(
        Reader.of(Network.validator(1), Network.digest("another package"))
            .asks(approval(Network.GRADIENT, 1))
            .call(),
        Denial.INVALID_SIGNATURE);
    server.refusal(
        scorer().certifies("signature", Reader.base64(new byte[97])).call(),
        Denial.INVALID_SIGNATURE);
  }

  @Test
  void signaturesOfOtherSchemesAreRefusedByName() {
    List<String> names =
        List.of("Secp256k1", "Secp256r1", "MultiSig", "BLS12381", "zkLogin", "Passkey", "7");
    for (int scheme = 1; scheme <= names.size(); scheme++) {
      byte[] signature = new byte[99];
      signature[0] = (byte) scheme;
      assertThat(
              server.refusal(
                  scorer().certifies("signature", Reader.base64(signature)).call(),
                  Denial.INVALID_SIGNATURE))
          .contains(names.get(scheme - 1));
    }
  }

  @Test
  void theSessionMustHaveSignedTheRequest() {
    network.opensScoring();
    TransportKey.Public eavesdropper = TransportKey.random(new SecureRandom()).publicKey();
    server.refusal(
        scorer()
            .says("enc_key", Reader.base64(eavesdropper.encryption().compressed().array()))
            .call(),
        Denial.INVALID_SESSION_SIGNATURE);
    server.refusal(
        scorer().says("request_signature", Reader.base64(new byte[64])).call(),
        Denial.INVALID_SESSION_SIGNATURE);
  }

  @Test
  void namesOfPackagesAreNotResolved() {
    server.refusal(scorer().certifies("mvr_name", "@vramhub/hub").call(), Denial.INVALID_MVR_NAME);
  }

  @Test
  void aClientSaysWhichSoftwareItIs() {
    for (String header : List.of("request-id", "client-sdk-type", "client-sdk-version")) {
      server.refusal(scorer().doesNotSend(header).call(), Denial.MISSING_REQUIRED_HEADER);
    }
    server.refusal(scorer().sends("client-sdk-type", "cobol").call(), Denial.INVALID_SDK_TYPE);
    server.refusal(scorer().sends("client-sdk-version", "one").call(), Denial.INVALID_SDK_VERSION);
    server.refusal(
        scorer().sends("client-sdk-version", "0.4.4").call(), Denial.DEPRECATED_SDK_VERSION);
  }

  @Test
  void whatIsNoRequestIsToldSo() {
    Reader reader = scorer();
    for (String body : List.of("", "{", "null", "[]", "{}", "{\"ptb\":1}")) {
      server.refusal(reader.call(body), Denial.INVALID_REQUEST);
    }
    for (String field : List.of("ptb", "enc_key", "enc_verification_key", "request_signature")) {
      server.refusal(scorer().says(field, "?").call(), Denial.INVALID_REQUEST);
    }
    server.refusal(
        scorer().says("enc_key", Reader.base64(new byte[48])).call(), Denial.INVALID_REQUEST);
    server.refusal(scorer().certifies("user", "0x1").call(), Denial.INVALID_REQUEST);
    server.refusal(scorer().certifies("session_vk", "AA==").call(), Denial.INVALID_REQUEST);
    server.refusal(
        reader.call(" ".repeat(KeyServerJson.LARGEST_REQUEST_BYTES + 1)), Denial.REQUEST_TOO_LARGE);
  }

  @Test
  void itShowsThatItHasItsKey() {
    Digest id = KeyServer.localId(masterKey().publicKey());
    OpenServer.Answer answer = server.ask(scorer().service(ObjectIds.text(id)));
    assertThat(answer.json().path("service_id").asString()).isEqualTo(ObjectIds.text(id));
    byte[] proof = Base64.getDecoder().decode(answer.json().path("pop").asString());
    assertThat(ProofOfPossession.of(new Bytes(proof)).isOf(masterKey().publicKey(), id)).isTrue();
    server.refusal(
        scorer().service(ObjectIds.text(Network.digest("other"))), Denial.INVALID_SERVICE_ID);
    server.refusal(scorer().service("0x6"), Denial.INVALID_SERVICE_ID);
  }

  @Test
  void everyRequestIsInTheAuditLogBeforeItIsAnswered() throws IOException {
    network.opensScoring();
    server.ask(scorer().call());
    assertThat(server.auditLog().getLast())
        .contains(
            " " + Network.validator(1).address() + " 0x" + OBJECTS.packageId() + " granted ",
            Network.GRADIENT.identity().hex());
    server.refusal(
        Reader.of(STRANGER, OBJECTS.packageId()).asks(approval(Network.GRADIENT, 1)).call(),
        Denial.NO_ACCESS);
    assertThat(server.auditLog().getLast())
        .contains(" NoAccess ", STRANGER.address().toString(), "does not belong to");
    server.refusal(scorer().asks(Bytes.ofHex("00")).call(), Denial.INVALID_PTB);
    assertThat(server.auditLog().getLast()).contains(" InvalidPTB - ");
    server.refusal(scorer().call("{"), Denial.INVALID_REQUEST);
    assertThat(server.auditLog()).as("what is no request is no entry").hasSize(3);
    Path file = directory.resolve("data/audit.log");
    OpenServer.Answer health = server.ask(Reader.health());
    assertThat(health.json().path("audit_hash").asString())
        .isEqualTo(AuditChain.check(file).last().hex());
    assertThat(health.json().path("audit_entries").asLong()).isEqualTo(3);
  }

  @Test
  void aServerThatHasNotSeenTheNetworksBeginningAsksToTryAgain() {
    try (TestPluginContext context =
            TestPluginContext.in(directory.resolve("early")).withNode(new TestNode());
        OpenServer early = OpenServer.start(context)) {
      early.refusal(scorer().call(), Denial.FAILURE);
    }
  }

  @Test
  void aServerWhoseChainCannotBeReachedAsksToTryAgain() {
    NodeView reachable = network.node();
    AtomicBoolean cut = new AtomicBoolean();
    NodeView flaky =
        new NodeView() {
          @Override
          public Mono<ChainHead> head() {
            return Mono.defer(
                () ->
                    cut.get()
                        ? Mono.error(new HubException(ErrorCode.CHAIN_UNAVAILABLE, "no route"))
                        : reachable.head());
          }

          @Override
          public Flux<ChainRecord> events(long fromSequence) {
            return reachable.events(fromSequence);
          }

          @Override
          public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
            return reachable.read(ref, range);
          }

          @Override
          public Mono<BlobInfo> stat(BlobKey key) {
            return reachable.stat(key);
          }
        };
    network.opensScoring();
    try (TestPluginContext context =
            TestPluginContext.in(directory.resolve("cut")).withNode(flaky);
        OpenServer other = OpenServer.start(context)) {
      cut.set(true);
      assertThat(other.refusal(scorer().call(), Denial.FAILURE)).doesNotContain("no route");
      assertThat(other.ask(Reader.health()).status()).isEqualTo(503);
      cut.set(false);
      assertThat(other.ask(scorer().call()).status()).isEqualTo(200);
    }
  }
}
