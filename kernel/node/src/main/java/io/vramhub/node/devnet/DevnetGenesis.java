package io.vramhub.node.devnet;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.kernel.replica.GenesisCheckpoint;
import io.vramhub.node.DataDirectory;
import io.vramhub.node.key.DevnetKeys;
import io.vramhub.node.key.SecretKey;
import io.vramhub.node.settings.NetworkTemplate;
import io.vramhub.protocol.message.CanonicalHash;
import io.vramhub.protocol.message.GenesisMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a devnet begins with: its rules, its accounts and its first checkpoint, all drawn from one
 * seed.
 */
final class DevnetGenesis {
  /** Time between genesis and the first window: everyone registers in it. */
  private static final long REGISTRATION_MS = 2_500;

  private static final Coins ALLOWANCE = Coins.whole(1_000);

  private DevnetGenesis() {}

  /** A devnet's identity is a function of its seed, and so are its first parameters. */
  static NetworkId network(DevnetPlan plan) {
    return new NetworkId(
        CanonicalHash.of(
            "vramhub/devnet/1", Long.toString(plan.seed()).getBytes(StandardCharsets.US_ASCII)));
  }

  /** Writes the message a ledger is made from, whole or not at all. */
  static void write(
      DataDirectory data,
      NetworkTemplate template,
      DatasetManifest dataset,
      AttestationPolicy attestation,
      DevnetPlan plan,
      DevnetKeys keys,
      long nowMs) {
    long genesisMs = nowMs + REGISTRATION_MS - plan.windowMs();
    NetworkParameters parameters =
        template.parameters(dataset, genesisMs, keys.key("treasury").address());
    NetworkId network = network(plan);
    CheckpointRef first =
        GenesisCheckpoint.write(
            data.participant("checkpoints"), network, parameters.model().spec());
    List<GenesisMessage.Funding> funded = new ArrayList<>();
    for (SecretKey key : accounts(plan, keys)) {
      funded.add(new GenesisMessage.Funding(key.address(), ALLOWANCE));
    }
    GenesisMessage genesis =
        new GenesisMessage(
            network,
            parameters,
            attestation,
            keys.key("governance").address(),
            first.root(),
            nowMs,
            funded);
    try {
      Path temporary = data.genesis().resolveSibling(data.genesis().getFileName() + ".tmp");
      Files.write(temporary, genesis.encode());
      Files.move(temporary, data.genesis(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot write " + data.genesis() + ": " + e.getMessage(), e);
    }
  }

  static SecretKey miner(DevnetKeys keys, int number) {
    return keys.key("miner/" + number);
  }

  static SecretKey validator(DevnetKeys keys, int number) {
    return keys.key("validator/" + number);
  }

  private static List<SecretKey> accounts(DevnetPlan plan, DevnetKeys keys) {
    List<SecretKey> accounts = new ArrayList<>();
    for (int number = 1; number <= plan.kinds().size(); number++) {
      accounts.add(miner(keys, number));
    }
    for (int number = 1; number <= plan.validators(); number++) {
      accounts.add(validator(keys, number));
    }
    return accounts;
  }
}
