package io.vramhub.chain.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.spi.SealReader;
import io.vramhub.tck.CredentialSealerContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** A gradient of window 1 while it is being scored: its scorers may open it, others not yet. */
final class LocalSealerContractTest implements CredentialSealerContract {
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
  public SealReader.Validator admitted() {
    return new SealReader.Validator(new ValidatorUid(1), World.validator(1));
  }

  @Override
  public List<SealReader> denied() {
    return List.of(
        new SealReader.Anyone(), new SealReader.Validator(new ValidatorUid(2), World.validator(1)));
  }
}
