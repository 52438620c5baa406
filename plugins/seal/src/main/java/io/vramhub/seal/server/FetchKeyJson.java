package io.vramhub.seal.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * A request for keys as it arrives. Field names are Seal's; bytes are in base64.
 *
 * @param ptb the transaction
 * @param encKey where keys are to be packed for, a point of G1
 * @param encVerificationKey the same key as a point of G2
 * @param requestSignature by the session's key
 */
record FetchKeyJson(
    @JsonProperty(value = "ptb", required = true) String ptb,
    @JsonProperty(value = "enc_key", required = true) String encKey,
    @JsonProperty(value = "enc_verification_key", required = true) String encVerificationKey,
    @JsonProperty(value = "request_signature", required = true) String requestSignature,
    @JsonProperty(value = "certificate", required = true) CertificateJson certificate) {

  /**
   * @param user address, {@code 0x} and hexadecimal
   * @param sessionVk the session's public key
   * @param creationTime milliseconds since 1970
   * @param ttlMin minutes
   * @param signature the user's
   */
  record CertificateJson(
      @JsonProperty(value = "user", required = true) String user,
      @JsonProperty(value = "session_vk", required = true) String sessionVk,
      @JsonProperty(value = "creation_time", required = true) long creationTime,
      @JsonProperty(value = "ttl_min", required = true) int ttlMin,
      @JsonProperty(value = "signature", required = true) String signature,
      @JsonProperty("mvr_name") Optional<String> mvrName) {}
}
