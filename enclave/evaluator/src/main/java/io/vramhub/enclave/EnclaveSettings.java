package io.vramhub.enclave;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * How an enclave runs.
 *
 * @param listen where it answers; port 0 takes a free one
 * @param threads threads that compute a loss
 * @param maximumCheckpointBytes the largest checkpoint file it takes. Two are kept; with an upload
 *     and a scored window at once there are up to four in memory, and the parameters once more
 * @param maximumRequestBytes the largest evaluation request it takes, one at a time
 * @param attestor what vouches for its key
 * @param clock the enclave's time, which it stamps on reports
 * @param random where its key comes from
 */
public record EnclaveSettings(
    InetSocketAddress listen,
    int threads,
    long maximumCheckpointBytes,
    int maximumRequestBytes,
    Attestor attestor,
    InstantSource clock,
    SecureRandom random) {
  /** 2 GiB: half a billion parameters. */
  public static final long DEFAULT_CHECKPOINT_BYTES = 2L << 30;

  /** 256 MiB. */
  public static final int DEFAULT_REQUEST_BYTES = 256 << 20;

  public EnclaveSettings {
    if (threads < 1 || maximumCheckpointBytes < 1 || maximumRequestBytes < 1) {
      throw new IllegalArgumentException("an enclave's threads and limits are positive");
    }
  }

  /** An enclave on a free loopback port with the default limits. */
  public static EnclaveSettings local(
      int threads, Attestor attestor, InstantSource clock, SecureRandom random) {
    return new EnclaveSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        threads,
        DEFAULT_CHECKPOINT_BYTES,
        DEFAULT_REQUEST_BYTES,
        attestor,
        clock,
        random);
  }
}
