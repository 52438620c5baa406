package io.vramhub.node.devnet;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.kernel.pipeline.adversary.Adversary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who takes part in a devnet. Fixed by its first start and kept in the data directory, so that a
 * restart brings back the same participants.
 *
 * @param kinds one per miner, in uid order: {@code honest} or an adversary of {@code --evil}
 * @param validators number of validators; the first also aggregates
 * @param windowMs length of a window
 * @param seed what the ledger's randomness and the initial parameters are drawn from
 */
public record DevnetPlan(List<String> kinds, int validators, long windowMs, long seed) {
  private static final int VERSION = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public DevnetPlan {
    kinds = List.copyOf(kinds);
  }

  /**
   * Lays out the miners: the honest ones first, then the adversaries in the order given.
   *
   * @param miners number of miners, adversaries included
   */
  public static DevnetPlan of(
      int miners, List<Evil> adversaries, int validators, long windowMs, long seed) {
    int evil = adversaries.stream().mapToInt(Evil::count).sum();
    if (evil >= miners) {
      throw new HubException(
          ErrorCode.USAGE,
          "--evil names "
              + evil
              + " adversaries, but only "
              + miners
              + " miners take part; raise --miners");
    }
    List<String> kinds = new ArrayList<>();
    for (int i = 0; i < miners - evil; i++) {
      kinds.add("honest");
    }
    for (Evil adversary : adversaries) {
      for (int i = 0; i < adversary.count(); i++) {
        kinds.add(adversary.kind());
      }
    }
    return new DevnetPlan(kinds, validators, windowMs, seed);
  }

  /** Writes the plan whole or not at all. */
  public void write(Path file) {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", VERSION);
    json.putPOJO("miners", kinds);
    json.put("validators", validators);
    json.put("windowMs", windowMs);
    json.put("seed", seed);
    try {
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      Files.writeString(temporary, json.toPrettyString(), StandardCharsets.UTF_8);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads the plan of an earlier start. */
  public static DevnetPlan read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
      if (json.path("version").asInt() != VERSION) {
        throw new HubException(
            ErrorCode.CONFIG_INVALID,
            file + " is not a devnet plan of version 1; name a new --data-dir");
      }
      List<String> kinds = new ArrayList<>();
      json.path("miners").forEach(kind -> kinds.add(kind.asString()));
      return new DevnetPlan(
          kinds,
          json.path("validators").asInt(),
          json.path("windowMs").asLong(),
          json.path("seed").asLong());
    } catch (IOException | JacksonException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "cannot read the devnet plan " + file + "; name a new --data-dir or restore the file",
          e);
    }
  }

  /** One {@code --evil} item: how many miners of which kind. */
  public record Evil(String kind, int count) {
    public Evil {
      if (Adversary.of(kind).isEmpty() || count < 1) {
        throw new HubException(
            ErrorCode.USAGE,
            "--evil takes KIND:COUNT with KIND one of "
                + String.join(", ", Adversary.words())
                + ", got '"
                + kind
                + ":"
                + count
                + "'");
      }
    }

    /** Parses {@code copycat:1}. */
    public static Evil parse(String text) {
      int colon = text.indexOf(':');
      try {
        return colon < 0
            ? new Evil(text, 1)
            : new Evil(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new HubException(
            ErrorCode.USAGE,
            "--evil takes KIND:COUNT, for example copycat:1, got '" + text + "'",
            e);
      }
    }
  }
}
