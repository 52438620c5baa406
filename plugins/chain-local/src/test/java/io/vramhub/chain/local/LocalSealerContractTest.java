package io.vramhub.chain.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.AccessProof;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.tck.CredentialSealerContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** A gradient of window 1 while it is being scored: its scorers may open it, others not yet. */
final class LocalSealerContractTest implements CredentialSealerContract {
  private static final long NOW_MS = World.GENESIS_MS + World.WINDOW_MS + World.DEADLINE_MS;

  private final List<HostedLedger> hosted = new ArrayList<>();

  @Override
  public LocalSealerProvider provider() {
    return new LocalSealerProvider();
  }

  @Override
  public Config settings(Path directory) {
    Path ledger = directory.resolve("ledger");
    ManualTime time = new ManualTime();
    HostedLedger host = TestLedgers.host(ledger, time);
    hosted.add(host);
    TestLedgers.playToScoring(host.ledger(), time);
    return ConfigFactory.parseMap(Map.of("directory", ledger.toString()));
  }

  @AfterEach
  void leave() {
    hosted.forEach(HostedLedger::leave);
  }

  @Override
  public SealPolicy policy() {
    return new SealPolicy.Gradient(World.NETWORK, World.window(1), new MinerUid(2));
  }

  @Override
  public SealPolicy otherPolicy() {
    return new SealPolicy.Gradient(World.NETWORK, World.window(1), new MinerUid(3));
  }

  @Override
  public AccessProof admitted(SealedCredential sealed) {
    return CredentialSealerContract.proof(World.validator(1), sealed, NOW_MS);
  }

  @Override
  public List<AccessProof> denied(SealedCredential sealed) {
    AccessProof.Holder stolen = CredentialSealerContract.proof(World.validator(1), sealed, NOW_MS);
    return List.of(
        new AccessProof.Anyone(),
        CredentialSealerContract.proof(World.miner(2), sealed, NOW_MS),
        CredentialSealerContract.proof(World.validator(1), sealed, NOW_MS - 60_001),
        CredentialSealerContract.proof(World.validator(1), sealed, NOW_MS + 60_001),
        new AccessProof.Holder(stolen.publicKey(), NOW_MS + 1, stolen.signature()));
  }
}
