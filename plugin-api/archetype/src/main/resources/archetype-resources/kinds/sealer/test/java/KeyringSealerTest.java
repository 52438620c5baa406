package ${package};

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import io.vramhub.tck.CredentialSealerContract;
import io.vramhub.tck.TestSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Passes what every sealer must pass; the contract brings the tests. */
final class KeyringSealerTest implements CredentialSealerContract {
  private static final TestSigner ADMITTED = new TestSigner("admitted");

  @TempDir private Path secrets;

  @Override
  public CredentialSealer.Provider provider() {
    return new SealerProvider();
  }

  @Override
  public Config settings(Path directory) {
    try {
      Path key = Files.write(secrets.resolve("sealer.key"), new byte[KeyringSealer.KEY_BYTES]);
      return ConfigFactory.parseMap(
          Map.of("key-file", key.toString(), "admitted", List.of(ADMITTED.publicKey().hex())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SealPolicy policy(int miner) {
    return new SealPolicy.Gradient(
        new NetworkId(Digest.ZERO), new WindowId(7), new MinerUid(miner));
  }

  @Override
  public SealPolicy policy() {
    return policy(1);
  }

  @Override
  public SealPolicy otherPolicy() {
    return policy(2);
  }

  @Override
  public SealReader.Validator admitted() {
    return new SealReader.Validator(new ValidatorUid(1), ADMITTED);
  }

  @Override
  public List<SealReader> denied() {
    return List.of(new SealReader.Anyone());
  }
}
