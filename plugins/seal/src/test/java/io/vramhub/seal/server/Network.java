package io.vramhub.seal.server;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.scoring.TopG;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TestNode;
import io.vramhub.tck.TestSigner;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A small network on a node's chain: one miner, and validators whose keys follow from their uid.
 */
final class Network {
  static final NetworkId ID = EvaluationRequests.NETWORK;
  static final MinerUid MINER = new MinerUid(1);
  static final WindowId WINDOW = new WindowId(1);
  static final SealPolicy GRADIENT = new SealPolicy.Gradient(ID, WINDOW, MINER);

  private static final Coins STAKE = Coins.whole(10);

  private final TestNode node = new TestNode();

  /** One miner and three validators, before any window. */
  static Network small() {
    Network network = new Network();
    network.node.happens(
        new ChainEvent.NetworkCreated(
            ID,
            EvaluationRequests.parameters(digest("dataset"), "strict-f32/1"),
            new AttestationPolicy(EnclaveKind.SOFTWARE, Bytes.EMPTY, List.of()),
            new Address(digest("governance")),
            new CheckpointRef(WINDOW, digest("genesis"))));
    Address miner = new Address(digest("miner"));
    network.node.happens(new ChainEvent.FaucetPaid(miner, STAKE));
    network.node.happens(new ChainEvent.MinerRegistered(MINER, miner, miner, STAKE, "miner"));
    for (int uid = 1; uid <= 3; uid++) {
      network.register(uid);
    }
    return network;
  }

  private void register(int uid) {
    Address owner = validator(uid).address();
    ValidatorUid validator = new ValidatorUid(uid);
    node.happens(new ChainEvent.FaucetPaid(owner, STAKE));
    node.happens(new ChainEvent.ValidatorRegistered(validator, owner, owner, STAKE, "v" + uid));
    node.happens(
        new ChainEvent.EnclaveRegistered(
            validator,
            1,
            digest("enclave " + uid).bytes(),
            EnclaveKind.SOFTWARE,
            new Attestation(Bytes.EMPTY)));
  }

  /** The key of the validator with that uid. */
  static TestSigner validator(int uid) {
    return new TestSigner("validator " + uid);
  }

  static SealPolicy credentials(long keyEpoch) {
    return new SealPolicy.Credentials(ID, MINER, keyEpoch);
  }

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  TestNode node() {
    return node;
  }

  Network opensWindow() {
    node.happens(
        new ChainEvent.WindowOpened(
            WINDOW,
            digest("assignment"),
            new CheckpointRef(WINDOW, digest("genesis")),
            List.of(MINER),
            List.of(1, 2, 3).stream()
                .map(uid -> new ChainEvent.Bond(new ValidatorUid(uid), STAKE))
                .toList()));
    return this;
  }

  /** With three validators and three scorers a miner, all of them score it. */
  Network opensScoring() {
    node.happens(new ChainEvent.ScoringOpened(WINDOW, digest("evaluation")));
    return this;
  }

  Network finalizesWindow() {
    node.happens(
        new ChainEvent.WindowFinalized(
            new WindowResult(
                WINDOW,
                true,
                List.of(),
                List.of(),
                List.of(),
                TopG.digest(WINDOW, List.of()),
                Coins.ZERO,
                List.of())));
    return this;
  }

  Network publishesCredentials(long keyEpoch) {
    node.happens(new ChainEvent.CredentialsPublished(MINER, keyEpoch, Bytes.ofHex("c0ffee")));
    return this;
  }
}
