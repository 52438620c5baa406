package io.vramhub.kernel.pipeline;

import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.Signer;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.journal.SigningGuard;
import io.vramhub.kernel.plugin.Seat;
import io.vramhub.kernel.replica.ChainFollower;
import io.vramhub.kernel.replica.CheckpointReplica;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;

/**
 * What every role of a node works with. The node opens these, runs {@link ChainFollower#run()}
 * beside the roles, and closes them after the roles have ended.
 *
 * @param signer the key that owns the role's record
 * @param checkpoints shared by all roles of a node
 * @param guard shared by all roles of a node
 * @param timer for delays and deadlines
 * @param blocking for file I/O and computation
 * @param seats gives each role its place among those that share the node's plugins
 */
public record RoleServices(
    ChainFollower follower,
    ChainAdapter chain,
    Signer signer,
    StorageBackend storage,
    CredentialSealer sealer,
    CheckpointReplica checkpoints,
    SigningGuard guard,
    Backoff backoff,
    Scheduler timer,
    Scheduler blocking,
    NodeEvents events,
    Supplier<Seat> seats) {

  /** The same services for a record that another key owns. */
  public RoleServices withSigner(Signer other) {
    return new RoleServices(
        follower,
        chain,
        other,
        storage,
        sealer,
        checkpoints,
        guard,
        backoff,
        timer,
        blocking,
        events,
        seats);
  }
}
