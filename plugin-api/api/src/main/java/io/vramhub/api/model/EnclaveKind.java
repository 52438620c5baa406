package io.vramhub.api.model;

/** What stands behind an enclave's key. */
public enum EnclaveKind {
  /** AWS Nitro hardware, chained to the AWS root. */
  NITRO,
  /** A process that attests itself under a development root. Trust it only on your own network. */
  SOFTWARE
}
