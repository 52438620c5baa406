package io.vramhub.seal.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.WindowId;
import io.vramhub.seal.scheme.EncryptedObject;
import io.vramhub.seal.scheme.MasterKey;
import io.vramhub.seal.scheme.Mode;
import io.vramhub.seal.scheme.PublicKey;
import io.vramhub.seal.scheme.SealId;
import io.vramhub.seal.scheme.ThresholdEncryption;
import io.vramhub.seal.scheme.ThresholdEncryption.Server;
import io.vramhub.seal.scheme.UserKey;
import io.vramhub.seal.wire.ApprovalTransaction;
import io.vramhub.seal.wire.ObjectIds;
import io.vramhub.seal.wire.PolicyObjects;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Seal's own client, unmodified, on three of our key servers, which it verifies: what each side
 * seals the other opens, and a closed identity stays closed.
 */
final class OfficialClientIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final PolicyObjects OBJECTS = PolicyObjects.ofLocalNetwork(Network.ID);
  private static final SealId ID = new SealId(OBJECTS.packageId(), Network.GRADIENT.identity());
  private static final Bytes DATA = new Bytes("the key of a gradient".getBytes(UTF_8));
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Shares of each server, and how many of all open: 1 of 1, 2 of 3, 3 of 3, 3 of 5. */
  private static final List<Committee> COMMITTEES =
      List.of(
          new Committee(List.of(1), 1),
          new Committee(List.of(1, 1, 1), 2),
          new Committee(List.of(1, 1, 1), 3),
          new Committee(List.of(2, 2, 1), 3));

  @TempDir private static Path directory;

  private static List<MasterKey> masterKeys = List.of();
  private static List<Server> servers = List.of();
  private static JsonNode results = JSON.createObjectNode();

  private record Committee(List<Integer> weights, int threshold) {
    List<Server> servers() {
      List<Server> each = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        each.addAll(Collections.nCopies(weights.get(i), servers.get(i)));
      }
      return each;
    }
  }

  @BeforeAll
  static void letTheOfficialClientWork() throws IOException, InterruptedException {
    try (ServedCommittee committee = ServedCommittee.whileScoring(directory)) {
      masterKeys =
          IntStream.range(0, 3)
              .mapToObj(i -> directory.resolve("key-server-" + i).resolve("master.key"))
              .map(file -> MasterKeyFile.readOrCreate(file, RANDOM))
              .toList();
      servers =
          IntStream.range(0, 3)
              .mapToObj(
                  i ->
                      new Server(
                          ObjectIds.parse("id", committee.id(i)), masterKeys.get(i).publicKey()))
              .toList();
      results = run(JSON.writeValueAsString(job(committee.settings())));
    }
  }

  @AfterAll
  static void forget() {
    masterKeys = List.of();
  }

  private static Map<String, Object> job(Config settings) {
    SealPolicy closed = new SealPolicy.Gradient(Network.ID, new WindowId(9), Network.MINER);
    Map<String, Object> job = new TreeMap<>();
    job.put("nowMs", TestPluginContext.NOW.toEpochMilli());
    job.put("package", ObjectIds.text(OBJECTS.packageId()));
    job.put("rounds", ObjectIds.text(OBJECTS.rounds()));
    job.put("registry", ObjectIds.text(OBJECTS.registry()));
    job.put("hparams", ObjectIds.text(OBJECTS.hparams()));
    job.put("userKey", Network.digest("validator 1").hex());
    job.put("validator", 1);
    job.put("identity", Network.GRADIENT.identity().hex());
    job.put("closedIdentity", closed.identity().hex());
    job.put("data", DATA.hex());
    job.put(
        "servers",
        settings.getConfigList("servers").stream()
            .map(
                server ->
                    Map.of(
                        "id", server.getString("id"),
                        "url", server.getString("url"),
                        "publicKey", server.getString("public-key")))
            .toList());
    job.put(
        "committees",
        COMMITTEES.stream()
            .map(each -> Map.of("weights", each.weights(), "threshold", each.threshold()))
            .toList());
    job.put("foreign", COMMITTEES.stream().flatMap(each -> weSeal(each).stream()).toList());
    return job;
  }

  /** What we seal, in the modes that Seal's own client opens. */
  private static List<Map<String, Object>> weSeal(Committee committee) {
    return List.of(Mode.AES_256_GCM, Mode.HMAC_256_CTR).stream()
        .map(
            mode ->
                ThresholdEncryption.seal(
                    ID, committee.servers(), committee.threshold(), mode, DATA.array(), RANDOM))
        .map(
            result ->
                Map.<String, Object>of(
                    "weights", committee.weights(),
                    "threshold", committee.threshold(),
                    "sealed", result.object().encode().hex()))
        .toList();
  }

  private static JsonNode run(String job) throws IOException, InterruptedException {
    Process client =
        new ProcessBuilder("bash", "src/test/interop/run")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream in = client.getOutputStream()) {
      in.write(job.getBytes(UTF_8));
    }
    String said = new String(client.getInputStream().readAllBytes(), UTF_8);
    assertThat(client.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(client.exitValue()).as("Seal's own client; it said: %s", said).isZero();
    return JSON.readTree(said);
  }

  @Test
  void itOpensWhatItSealedForOurServers() {
    assertThat(results.path("sealed").size()).isEqualTo(2 * COMMITTEES.size());
    for (JsonNode each : results.path("sealed")) {
      assertThat(each.path("opened").asString()).isEqualTo(DATA.hex());
    }
  }

  @Test
  void itOpensWhatWeSealed() {
    assertThat(results.path("opened").size()).isEqualTo(2 * COMMITTEES.size());
    for (JsonNode opened : results.path("opened")) {
      assertThat(opened.asString()).isEqualTo(DATA.hex());
    }
  }

  @Test
  void weOpenWhatItSealed() {
    Map<Digest, UserKey> keys = new TreeMap<>();
    Map<Digest, PublicKey> publicKeys = new TreeMap<>();
    for (int i = 0; i < servers.size(); i++) {
      keys.put(servers.get(i).id(), masterKeys.get(i).extract(ID));
      publicKeys.put(servers.get(i).id(), servers.get(i).key());
    }
    for (JsonNode each : results.path("sealed")) {
      EncryptedObject object =
          EncryptedObject.decode(Bytes.ofHex(each.path("sealed").asString()).array());
      assertThat(ThresholdEncryption.open(object, keys, publicKeys)).isEqualTo(DATA);
    }
  }

  @Test
  void bothAskForApprovalByTheSameBytes() {
    assertThat(results.path("transaction").asString())
        .isEqualTo("00" + ApprovalTransaction.of(OBJECTS, Network.GRADIENT, 1).encode().hex());
  }

  @Test
  void itIsToldThatItHasNoAccess() {
    assertThat(results.path("denied").path("name").asString()).isEqualTo("NoAccessError");
    assertThat(results.path("notOwner").path("name").asString()).isEqualTo("NoAccessError");
  }
}
