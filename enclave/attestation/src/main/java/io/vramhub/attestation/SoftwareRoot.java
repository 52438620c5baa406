package io.vramhub.attestation;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The root under which software enclaves of one development network attest themselves: a P-384 key
 * and its self-signed certificate. Who holds the key can make any enclave, so a network whose
 * policy names such a root says SOFTWARE wherever it shows an enclave.
 */
public final class SoftwareRoot {
  private static final X500Name NAME = new X500Name("CN=VRAM HUB SOFTWARE enclaves (no hardware)");
  private static final String CERTIFICATE_LABEL = "CERTIFICATE";
  private static final String KEY_LABEL = "PRIVATE KEY";
  private static final Duration LIFETIME = Duration.ofDays(3650);
  private static final Duration LEAF_LIFETIME = Duration.ofHours(3);

  /** Certificates are valid from so long before they are made: chain time may lag. */
  private static final Duration LAG = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 120;

  private final PrivateKey key;
  private final Bytes certificate;
  private final SecureRandom random;

  private SoftwareRoot(PrivateKey key, Bytes certificate, SecureRandom random) {
    this.key = key;
    this.certificate = certificate;
    this.random = random;
  }

  /** Makes a new root, valid for ten years from the given time. */
  public static SoftwareRoot generate(Instant now, SecureRandom random) {
    KeyPair pair = newKeyPair(random);
    Bytes certificate =
        sign(
            NAME,
            pair.getPublic(),
            pair.getPrivate(),
            now.minus(LAG),
            now.plus(LIFETIME),
            true,
            random);
    return new SoftwareRoot(pair.getPrivate(), certificate, random);
  }

  /**
   * Reads a root that {@link #write} wrote.
   *
   * @throws HubException {@code KEY_INVALID} if the file cannot be read or key and certificate do
   *     not belong together
   */
  public static SoftwareRoot read(Path file, SecureRandom random) {
    try {
      String pem = Files.readString(file, StandardCharsets.US_ASCII);
      Bytes certificate = block(file, pem, CERTIFICATE_LABEL);
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(block(file, pem, KEY_LABEL).array()));
      byte[] probe = certificate.array();
      Signature signer = Signature.getInstance("SHA384withECDSA");
      signer.initSign(key, random);
      signer.update(probe);
      byte[] signature = signer.sign();
      signer.initVerify(CertificateChain.certificate(certificate).getPublicKey());
      signer.update(probe);
      if (!signer.verify(signature)) {
        throw unreadable(file, "its key is not its certificate's", null);
      }
      return new SoftwareRoot(key, certificate, random);
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(file, e.toString(), e);
    }
  }

  /**
   * Writes certificate and key as PEM into a new file that only its owner may read.
   *
   * @throws HubException {@code KEY_INVALID} if the file exists, {@code DISK} if it cannot be
   *     written
   */
  public void write(Path file) {
    String pem =
        Pem.encode(certificate, CERTIFICATE_LABEL)
            + Pem.encode(new Bytes(key.getEncoded()), KEY_LABEL);
    FileAttribute<?>[] ownerOnly =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (var channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      var buffer = StandardCharsets.US_ASCII.encode(pem);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (FileAlreadyExistsException e) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "The software root " + file + " exists already; it is never overwritten.",
          e);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "The software root cannot be written to " + file + ": " + e, e);
    }
  }

  /** DER of the root's certificate, as a SOFTWARE policy names it. */
  public Bytes certificate() {
    return certificate;
  }

  /** DER of a leaf certificate for the key, valid for hours. */
  Bytes issue(PublicKey leafKey, String name, Instant now) {
    return sign(
        new X500Name("CN=" + name),
        leafKey,
        key,
        now.minus(LAG),
        now.plus(LEAF_LIFETIME),
        false,
        random);
  }

  SecureRandom random() {
    return random;
  }

  static KeyPair newKeyPair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this Java platform lacks the curve P-384", e);
    }
  }

  private static Bytes sign(
      X500Name subject,
      PublicKey subjectKey,
      PrivateKey issuerKey,
      Instant from,
      Instant to,
      boolean authority,
      SecureRandom random) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            NAME,
            new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS),
            Date.from(from),
            Date.from(to),
            subject,
            subjectKey);
    try {
      builder.addExtension(
          Extension.basicConstraints,
          true,
          authority ? new BasicConstraints(0) : new BasicConstraints(false));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
      return new Bytes(
          builder
              .build(
                  new JcaContentSignerBuilder("SHA384withECDSA")
                      .setSecureRandom(random)
                      .build(issuerKey))
              .getEncoded());
    } catch (CertIOException | OperatorCreationException e) {
      throw new AssertionError("a certificate of fixed shape can always be signed", e);
    } catch (IOException e) {
      throw new AssertionError("a certificate in memory can always be encoded", e);
    }
  }

  private static Bytes block(Path file, String pem, String label) {
    return Pem.decode(pem, label)
        .orElseThrow(() -> unreadable(file, "it has no block " + label, null));
  }

  private static HubException unreadable(Path file, String reason, @Nullable Exception cause) {
    return new HubException(
        ErrorCode.KEY_INVALID,
        "The software root cannot be read from "
            + file
            + ": "
            + reason
            + ". Name the file that was made together with the network.",
        cause);
  }
}
