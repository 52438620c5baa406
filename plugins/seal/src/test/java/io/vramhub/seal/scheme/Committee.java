package io.vramhub.seal.scheme;

import io.vramhub.api.model.Digest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Key servers with the master keys of their own, for tests. */
public record Committee(List<MasterKey> masters) {
  public static Committee of(int count, SecureRandom random) {
    return new Committee(Stream.generate(() -> MasterKey.random(random)).limit(count).toList());
  }

  public static Digest id(int index) {
    return Digest.sha256(new byte[] {(byte) index});
  }

  public List<ThresholdEncryption.Server> servers() {
    return IntStream.range(0, masters.size())
        .mapToObj(i -> new ThresholdEncryption.Server(id(i), masters.get(i).publicKey()))
        .toList();
  }

  public Map<Digest, PublicKey> publicKeys() {
    return servers().stream()
        .collect(Collectors.toMap(ThresholdEncryption.Server::id, ThresholdEncryption.Server::key));
  }

  /** The keys that the servers of these places make for the identity. */
  public Map<Digest, UserKey> extract(SealId id, List<Integer> places) {
    return places.stream()
        .collect(Collectors.toMap(Committee::id, place -> masters.get(place).extract(id)));
  }
}
