package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.Signer;
import io.vramhub.kernel.Ed25519;
import io.vramhub.packaging.Refusal;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The detached signature of a plugin, {@code <jar>.sig} beside the jar:
 *
 * <pre>
 * vramhub-plugin-signature 1
 * signer ed25519:&lt;64 hex digits&gt;
 * signature &lt;128 hex digits&gt;
 * </pre>
 *
 * <p>Signed are the bytes of {@code vramhub-plugin-signature 1\n} and the SHA-256 of the jar.
 *
 * @param signer public key
 */
public record SignatureFile(Bytes signer, Bytes signature) {
  private static final String HEADER = "vramhub-plugin-signature 1";
  private static final String SIGNER = "signer " + TrustedSigner.KEY_PREFIX;
  private static final String SIGNATURE = "signature ";
  private static final int LARGEST = 1_024;

  /** Signs a jar. */
  public static SignatureFile sign(Digest jar, Signer signer) {
    return new SignatureFile(signer.publicKey(), signer.sign(message(jar)));
  }

  /** Where the signature of a jar lies. */
  public static Path beside(Path jar) {
    return jar.resolveSibling(jar.getFileName() + ".sig");
  }

  /** Copies the signature of one jar beside another, if there is one. */
  static void copy(Path jar, Path copy) throws IOException {
    Path source = beside(jar);
    if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS) && Files.size(source) <= LARGEST) {
      Files.copy(source, beside(copy), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /**
   * The signature beside a jar; empty if there is none.
   *
   * @param plugin for the message if it cannot be understood
   * @throws HubException {@code PLUGIN_INVALID} with {@code SIGNATURE_MALFORMED}; {@code DISK}
   */
  public static Optional<SignatureFile> read(Path jar, String plugin) {
    Path file = beside(jar);
    try {
      return Files.exists(file)
          ? Optional.of(parse(Files.readString(file, StandardCharsets.UTF_8)))
          : Optional.empty();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw malformed(plugin, e);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot read the signature " + file + ": " + e.getMessage(), e);
    }
  }

  private static HubException malformed(String plugin, Exception cause) {
    return Refusal.SIGNATURE_MALFORMED.refuse(
        plugin, "its signature file is not one of `vramhub plugin sign`", cause);
  }

  private static SignatureFile parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() != 3
        || !lines.get(0).equals(HEADER)
        || !lines.get(1).startsWith(SIGNER)
        || !lines.get(2).startsWith(SIGNATURE)) {
      throw new IllegalArgumentException("a line is missing");
    }
    Bytes signer = Bytes.ofHex(lines.get(1).substring(SIGNER.length()));
    Bytes signature = Bytes.ofHex(lines.get(2).substring(SIGNATURE.length()));
    if (signer.length() != Ed25519.KEY_LENGTH || signature.length() != Ed25519.SIGNATURE_LENGTH) {
      throw new IllegalArgumentException("the key or the signature has another length");
    }
    return new SignatureFile(signer, signature);
  }

  /** The text of the file. */
  public String text() {
    return HEADER + "\n" + SIGNER + signer.hex() + "\n" + SIGNATURE + signature.hex() + "\n";
  }

  /** Whether the signer signed a jar of this SHA-256. */
  public boolean verifies(Digest jar) {
    return Ed25519.verifies(signer, message(jar), signature);
  }

  private static byte[] message(Digest jar) {
    byte[] domain = (HEADER + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[domain.length + Digest.LENGTH];
    System.arraycopy(domain, 0, message, 0, domain.length);
    System.arraycopy(jar.array(), 0, message, domain.length, Digest.LENGTH);
    return message;
  }
}
