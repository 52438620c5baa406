package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The root certificate of AWS Nitro Enclaves, generation 1, valid to 2049-10-28.
 *
 * <p>Source: {@code https://aws-nitro-enclaves.amazonaws.com/AWS_NitroEnclaves_Root-G1.zip}; the
 * SHA-256 of its DER, as AWS publishes it, is
 * 641A0321A3E244EFE456463195D606317ED7CDCC3C1756E09893F3C68F79BB5B.
 */
public final class NitroRoot {
  private static final Bytes CERTIFICATE = load();

  private NitroRoot() {}

  /** DER of the certificate, as a NITRO policy must name it. */
  public static Bytes certificate() {
    return CERTIFICATE;
  }

  private static Bytes load() {
    try (InputStream pem = NitroRoot.class.getResourceAsStream("aws-nitro-root-g1.pem")) {
      if (pem == null) {
        throw new AssertionError("aws-nitro-root-g1.pem is missing from this build");
      }
      return Pem.decode(new String(pem.readAllBytes(), StandardCharsets.US_ASCII), "CERTIFICATE")
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
