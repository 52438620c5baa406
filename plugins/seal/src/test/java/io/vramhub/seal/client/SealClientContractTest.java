package io.vramhub.seal.client;

import com.typesafe.config.Config;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.SealReader;
import io.vramhub.seal.server.ServedCommittee;
import io.vramhub.tck.CredentialSealerContract;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TestSigner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A gradient while it is being scored, sealed for two of three real key servers. */
final class SealClientContractTest implements CredentialSealerContract {
  private final List<ServedCommittee> committees = new ArrayList<>();

  @Override
  public SealProvider provider() {
    return new SealProvider();
  }

  @Override
  public Config settings(Path directory) {
    ServedCommittee committee = ServedCommittee.whileScoring(directory.resolve("committee"));
    committees.add(committee);
    return committee.settings();
  }

  @AfterEach
  void leave() {
    committees.forEach(ServedCommittee::close);
  }

  @Override
  public boolean isOfTheTest(Thread thread) {
    return ServedCommittee.owns(thread);
  }

  @Override
  public SealPolicy policy() {
    return new SealPolicy.Gradient(EvaluationRequests.NETWORK, new WindowId(1), new MinerUid(1));
  }

  @Override
  public SealPolicy otherPolicy() {
    return new SealPolicy.Gradient(EvaluationRequests.NETWORK, new WindowId(1), new MinerUid(2));
  }

  @Override
  public SealReader.Validator admitted() {
    return new SealReader.Validator(new ValidatorUid(1), new TestSigner("validator 1"));
  }

  @Override
  public List<SealReader> denied() {
    return List.of(
        new SealReader.Anyone(),
        new SealReader.Validator(new ValidatorUid(2), new TestSigner("validator 1")));
  }
}
