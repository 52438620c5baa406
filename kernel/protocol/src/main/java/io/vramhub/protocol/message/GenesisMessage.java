package io.vramhub.protocol.message;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent.FaucetPaid;
import io.vramhub.api.model.ChainEvent.NetworkCreated;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import java.util.List;

/**
 * What a development ledger is made from: the file a node writes and the ledger reads once.
 *
 * @param genesisRoot root of the first checkpoint, the base of window 1
 * @param startMs chain time of the first events; within window 0, so that the first window to open
 *     is as near as wanted
 * @param funded test coins paid out at the start
 */
public record GenesisMessage(
    NetworkId network,
    NetworkParameters parameters,
    AttestationPolicy attestation,
    Address governance,
    Digest genesisRoot,
    long startMs,
    List<Funding> funded) {
  private static final String DOMAIN = "vramhub/genesis/1";
  private static final int MAXIMUM_CERTIFICATE_BYTES = 16 * 1024;
  private static final int PCR_BYTES = 48;

  /** The number of the first checkpoint. */
  public static final WindowId FIRST_CHECKPOINT = new WindowId(1);

  /** Test coins for one account. */
  public record Funding(Address recipient, Coins amount) {}

  public GenesisMessage {
    funded = List.copyOf(funded);
    long genesisMs = parameters.schedule().genesisMs();
    if (startMs < genesisMs || startMs >= genesisMs + parameters.schedule().windowMs()) {
      throw new IllegalArgumentException("genesis: the start lies in window 0, not at " + startMs);
    }
    for (Measurement measurement : attestation.measurements()) {
      if (measurement.pcr0().length() != PCR_BYTES
          || measurement.pcr1().length() != PCR_BYTES
          || measurement.pcr2().length() != PCR_BYTES) {
        throw new IllegalArgumentException("genesis: a measurement has " + PCR_BYTES + " bytes");
      }
    }
  }

  /** The first event of the ledger. */
  public NetworkCreated created() {
    return new NetworkCreated(
        network,
        parameters,
        attestation,
        governance,
        new CheckpointRef(FIRST_CHECKPOINT, genesisRoot));
  }

  /** The events after the first. */
  public List<FaucetPaid> payments() {
    return funded.stream()
        .map(funding -> new FaucetPaid(funding.recipient(), funding.amount()))
        .toList();
  }

  public byte[] encode() {
    BcsWriter writer = new BcsWriter().string(DOMAIN);
    Wire.network(writer, network);
    ParametersMessage.write(writer, parameters);
    writer
        .uleb128(kindIndex(attestation.kind()))
        .bytes(attestation.rootCertificate().array())
        .vector(attestation.measurements(), GenesisMessage::write);
    Wire.address(writer, governance);
    Wire.digest(writer, genesisRoot);
    writer.u64(startMs).vector(funded, GenesisMessage::write);
    return writer.toByteArray();
  }

  /** Reads what {@link #encode} gives; anything else is {@code MESSAGE_INVALID}. */
  public static GenesisMessage decode(byte[] bytes) {
    return BcsReader.message(
        "genesis",
        bytes,
        reader -> {
          if (!reader.string().equals(DOMAIN)) {
            throw reader.invalid("it is no genesis of this protocol version");
          }
          return new GenesisMessage(
              Wire.network(reader),
              ParametersMessage.read(reader),
              new AttestationPolicy(
                  kind(reader),
                  new Bytes(reader.bytes(MAXIMUM_CERTIFICATE_BYTES)),
                  reader.vector(GenesisMessage::measurement)),
              Wire.address(reader),
              Wire.digest(reader),
              reader.u64(),
              reader.vector(each -> new Funding(Wire.address(each), Wire.coins(each))));
        });
  }

  private static int kindIndex(EnclaveKind kind) {
    return switch (kind) {
      case NITRO -> 0;
      case SOFTWARE -> 1;
    };
  }

  private static EnclaveKind kind(BcsReader reader) {
    int index = reader.uleb128();
    return switch (index) {
      case 0 -> EnclaveKind.NITRO;
      case 1 -> EnclaveKind.SOFTWARE;
      default -> throw reader.invalid("no kind of enclave has number " + index);
    };
  }

  private static void write(BcsWriter writer, Measurement measurement) {
    writer
        .fixed(measurement.pcr0().array())
        .fixed(measurement.pcr1().array())
        .fixed(measurement.pcr2().array());
  }

  private static Measurement measurement(BcsReader reader) {
    return new Measurement(pcr(reader), pcr(reader), pcr(reader));
  }

  private static Bytes pcr(BcsReader reader) {
    return new Bytes(reader.fixed(PCR_BYTES));
  }

  private static void write(BcsWriter writer, Funding funding) {
    Wire.address(writer, funding.recipient());
    Wire.coins(writer, funding.amount());
  }
}
