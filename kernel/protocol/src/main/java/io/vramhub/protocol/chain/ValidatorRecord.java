package io.vramhub.protocol.chain;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A validator as the chain knows it at one moment.
 *
 * @param owner who may act for it, and who gets its stake back
 * @param payout where its rewards are paid
 * @param label its self-chosen name: untrusted text
 * @param enclaves every enclave it ever registered, by epoch; the last is the one that counts
 * @param deviations reported lines that differed from the median, over all windows
 * @param jailed set once it has deviated too often: the window that jailed it
 * @param withdrawableAtMs set once it has left: the chain time from which its stake may be
 *     withdrawn
 */
public record ValidatorRecord(
    ValidatorUid uid,
    Address owner,
    Address payout,
    String label,
    Coins stake,
    SortedMap<Long, Enclave> enclaves,
    int deviations,
    Optional<WindowId> jailed,
    OptionalLong withdrawableAtMs) {

  /** A registered enclave: the Ed25519 key that signs, and the document that vouches for it. */
  public record Enclave(long epoch, Bytes publicKey, EnclaveKind kind, Attestation attestation) {}

  public ValidatorRecord {
    enclaves = Collections.unmodifiableSortedMap(new TreeMap<>(enclaves));
  }

  /** The enclave that may sign now. */
  public Optional<Enclave> enclave() {
    return enclaves.isEmpty() ? Optional.empty() : Optional.of(enclaves.lastEntry().getValue());
  }

  /** Whether it scores in windows that open now: bonded, not jailed, with an enclave. */
  public boolean active() {
    return withdrawableAtMs.isEmpty() && jailed.isEmpty() && !enclaves.isEmpty();
  }

  ValidatorRecord withStake(Coins newStake) {
    return new ValidatorRecord(
        uid, owner, payout, label, newStake, enclaves, deviations, jailed, withdrawableAtMs);
  }

  ValidatorRecord withLeft(long atMs) {
    return new ValidatorRecord(
        uid, owner, payout, label, stake, enclaves, deviations, jailed, OptionalLong.of(atMs));
  }

  ValidatorRecord withEnclave(Enclave enclave) {
    SortedMap<Long, Enclave> more = new TreeMap<>(enclaves);
    more.put(enclave.epoch(), enclave);
    return new ValidatorRecord(
        uid, owner, payout, label, stake, more, deviations, jailed, withdrawableAtMs);
  }

  ValidatorRecord withDeviation() {
    return new ValidatorRecord(
        uid, owner, payout, label, stake, enclaves, deviations + 1, jailed, withdrawableAtMs);
  }

  ValidatorRecord withJailed(WindowId window) {
    return new ValidatorRecord(
        uid,
        owner,
        payout,
        label,
        stake,
        enclaves,
        deviations,
        Optional.of(window),
        withdrawableAtMs);
  }
}
