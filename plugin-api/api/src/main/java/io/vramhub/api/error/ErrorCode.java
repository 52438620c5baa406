package io.vramhub.api.error;

/**
 * Every error a service may signal, with its kind and the exit code of a command that ends with it.
 */
public enum ErrorCode {
  USAGE(ErrorKind.CONFIG, 1),
  CONFIG_INVALID(ErrorKind.CONFIG, 2),
  PREFLIGHT_FAILED(ErrorKind.CONFIG, 3),
  PORT_TAKEN(ErrorKind.CONFIG, 3),
  DATASET_INVALID(ErrorKind.CONFIG, 3),
  DATA_DIRECTORY_IN_USE(ErrorKind.CONFIG, 3),
  JOURNAL_CORRUPT(ErrorKind.RESOURCE, 3),
  DISK(ErrorKind.RESOURCE, 3),
  DEVICE(ErrorKind.RESOURCE, 3),
  CHAIN_UNAVAILABLE(ErrorKind.TRANSIENT, 4),
  CHAIN_REFUSED(ErrorKind.BUG, 4),
  CHAIN_CORRUPT(ErrorKind.RESOURCE, 4),
  STORAGE_UNAVAILABLE(ErrorKind.TRANSIENT, 5),
  STORAGE_ALREADY_EXISTS(ErrorKind.BUG, 5),
  STORAGE_CORRUPT(ErrorKind.RESOURCE, 5),
  NOT_FOUND(ErrorKind.RESOURCE, 5),
  ENCLAVE_UNAVAILABLE(ErrorKind.TRANSIENT, 6),
  ENCLAVE_REFUSED(ErrorKind.BUG, 6),
  ATTESTATION_INVALID(ErrorKind.PEER, 6),
  KEY_INVALID(ErrorKind.CONFIG, 7),
  ACCESS_DENIED(ErrorKind.CONFIG, 7),
  PLUGIN_INVALID(ErrorKind.CONFIG, 8),
  PLUGIN_FAILED(ErrorKind.RESOURCE, 8),
  NOT_SUPPORTED(ErrorKind.CONFIG, 8),
  AUDIT_DIFFERENCE(ErrorKind.PEER, 9),
  PAYLOAD_INVALID(ErrorKind.PEER, 9),
  MESSAGE_INVALID(ErrorKind.PEER, 9),
  CHECKPOINT_INVALID(ErrorKind.PEER, 9),
  INVARIANT_BROKEN(ErrorKind.BUG, 70);

  private final ErrorKind kind;
  private final int exitCode;

  ErrorCode(ErrorKind kind, int exitCode) {
    this.kind = kind;
    this.exitCode = exitCode;
  }

  /** Whose fault it is. */
  public ErrorKind kind() {
    return kind;
  }

  /** The documented exit code of a command that ends with this error. */
  public int exitCode() {
    return exitCode;
  }
}
