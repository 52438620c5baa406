package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.kernel.DurableFiles;
import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.PluginVersion;
import io.vramhub.packaging.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which plugins a directory admits, the file {@code plugins.lock} in it. One fact a line, sorted,
 * so that two states differ in the lines that say so:
 *
 * <pre>
 * vramhub-plugins-lock 1
 * plugin vramhub-storage-local 0.1.0 sha256:&lt;64 hex digits&gt;
 * signer ed25519:&lt;64 hex digits&gt; acme acme-*
 * </pre>
 *
 * <p>A directory without the file admits nothing. Immutable; {@link #write} replaces the file
 * whole.
 */
public record PluginLock(List<PluginPin> pins, List<TrustedSigner> signers) {
  public static final String FILE = "plugins.lock";
  public static final PluginLock EMPTY = new PluginLock(List.of(), List.of());

  private static final String HEADER = "vramhub-plugins-lock 1";
  private static final String DIGEST_PREFIX = "sha256:";

  public PluginLock {
    pins = sorted(pins);
    signers = sorted(signers);
  }

  private static <T extends Comparable<T>> List<T> sorted(Collection<T> facts) {
    return List.copyOf(new TreeSet<>(facts));
  }

  /**
   * Reads the file of a directory; empty if there is none.
   *
   * @throws HubException {@code PLUGIN_INVALID} with {@code LOCK_MALFORMED} and the line; {@code
   *     DISK}
   */
  public static PluginLock read(Path pluginsDirectory) {
    Path file = pluginsDirectory.resolve(FILE);
    try {
      return Files.exists(file)
          ? parse(file, Files.readString(file, StandardCharsets.UTF_8))
          : EMPTY;
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static PluginLock parse(Path file, String text) {
    SortedSet<PluginPin> pins = new TreeSet<>();
    SortedSet<TrustedSigner> signers = new TreeSet<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      try {
        if (number == 1) {
          if (!line.equals(HEADER)) {
            throw new IllegalArgumentException("the first line must be '" + HEADER + "'");
          }
        } else if (!line.isBlank() && !line.startsWith("#")) {
          String[] words = line.split(" ", -1);
          switch (words[0]) {
            case "plugin" -> pins.add(pin(words));
            case "signer" -> signers.add(signer(words));
            default ->
                throw new IllegalArgumentException(
                    "a line starts with 'plugin' or 'signer', not with '" + words[0] + "'");
          }
        }
      } catch (IllegalArgumentException e) {
        throw Refusal.LOCK_MALFORMED.error(
            "the lock file cannot be used", file + ":" + number + ": " + e.getMessage(), e);
      }
    }
    return new PluginLock(List.copyOf(pins), List.copyOf(signers));
  }

  private static PluginPin pin(String[] words) {
    if (words.length != 4 || !words[3].startsWith(DIGEST_PREFIX)) {
      throw new IllegalArgumentException("expected 'plugin <id> <version> sha256:<hex>'");
    }
    return new PluginPin(
        words[1], words[2], Digest.ofHex(words[3].substring(DIGEST_PREFIX.length())));
  }

  private static TrustedSigner signer(String[] words) {
    if (words.length != 4 || !words[1].startsWith(TrustedSigner.KEY_PREFIX)) {
      throw new IllegalArgumentException("expected 'signer ed25519:<hex> <name> <plugins>'");
    }
    return new TrustedSigner(TrustedSigner.parseKey(words[1]), words[2], words[3]);
  }

  /** The text of the file. */
  public String text() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (PluginPin pin : pins) {
      text.append("plugin ")
          .append(pin.id())
          .append(' ')
          .append(pin.version())
          .append(' ')
          .append(DIGEST_PREFIX)
          .append(pin.digest().hex())
          .append('\n');
    }
    for (TrustedSigner signer : signers) {
      text.append("signer ")
          .append(TrustedSigner.KEY_PREFIX)
          .append(signer.key().hex())
          .append(' ')
          .append(signer.name())
          .append(' ')
          .append(signer.plugins())
          .append('\n');
    }
    return text.toString();
  }

  /**
   * Replaces the file of a directory, durably and at once.
   *
   * @return this
   */
  PluginLock write(Path pluginsDirectory) {
    try {
      DurableFiles.write(pluginsDirectory.resolve(FILE), text().getBytes(StandardCharsets.UTF_8));
      return this;
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "cannot write " + pluginsDirectory.resolve(FILE) + ": " + e.getMessage(),
          e);
    }
  }

  /** The same with one more jar; another jar of that version is forgotten. */
  PluginLock with(PluginPin pin) {
    PluginLock others =
        without(each -> each.id().equals(pin.id()) && each.version().equals(pin.version()));
    TreeSet<PluginPin> next = new TreeSet<>(others.pins);
    next.add(pin);
    return new PluginLock(List.copyOf(next), signers);
  }

  /** The same without some pins. */
  PluginLock without(Predicate<PluginPin> unwanted) {
    return new PluginLock(pins.stream().filter(unwanted.negate()).toList(), signers);
  }

  /** The same with other signers. */
  PluginLock withSigners(Collection<TrustedSigner> others) {
    return new PluginLock(pins, List.copyOf(others));
  }

  /** The pinned jars of a plugin, oldest version first. */
  List<PluginPin> pinsOf(String id) {
    return pins.stream().filter(pin -> pin.id().equals(id)).toList();
  }

  /**
   * What lets a plugin in: it is pinned, or newer than what is pinned and signed by a trusted
   * signer.
   *
   * @throws HubException {@code PLUGIN_INVALID} with {@code WRONG_HASH}, {@code DOWNGRADE}, {@code
   *     UNSIGNED}, {@code SIGNATURE_MALFORMED}, {@code SIGNER_UNTRUSTED} or {@code SIGNATURE_WRONG}
   */
  PluginFile.Trust admit(PluginPackage plugin) {
    if (pins.contains(PluginPin.of(plugin))) {
      return new PluginFile.Trust.Pinned();
    }
    checkAgainstPins(plugin);
    return new PluginFile.Trust.SignedBy(
        checkSignature(plugin)
            .orElseThrow(
                () ->
                    Refusal.UNSIGNED.refuse(
                        label(plugin),
                        "it is neither pinned in "
                            + FILE
                            + " nor signed. Use `vramhub plugin install` to let it in")));
  }

  /** Refuses another jar of a pinned version, and an older version than a pinned one. */
  void checkAgainstPins(PluginPackage plugin) {
    for (PluginPin pin : pinsOf(plugin.id())) {
      if (pin.version().equals(plugin.version())) {
        throw Refusal.WRONG_HASH.refuse(
            label(plugin),
            "its SHA-256 is "
                + plugin.digest()
                + ", and "
                + FILE
                + " pins "
                + pin.digest()
                + ". It is not the jar that was installed");
      }
      if (PluginVersion.compare(plugin.version(), pin.version()) < 0) {
        throw Refusal.DOWNGRADE.refuse(
            label(plugin),
            FILE
                + " pins the newer version "
                + pin.version()
                + ". Use `vramhub plugin rollback` to go back");
      }
    }
  }

  /** Who signed the plugin, if anybody did; it is refused if that is nobody who may. */
  Optional<TrustedSigner> checkSignature(PluginPackage plugin) {
    return SignatureFile.read(plugin.file(), label(plugin)).map(file -> signer(plugin, file));
  }

  private TrustedSigner signer(PluginPackage plugin, SignatureFile file) {
    TrustedSigner signer = trusted(plugin, file);
    if (!file.verifies(plugin.digest())) {
      throw Refusal.SIGNATURE_WRONG.refuse(
          label(plugin), "its signature by " + signer.name() + " is of another jar");
    }
    return signer;
  }

  private TrustedSigner trusted(PluginPackage plugin, SignatureFile file) {
    Optional<TrustedSigner> trusted =
        signers.stream()
            .filter(each -> each.key().equals(file.signer()) && each.maySign(plugin.id()))
            .findFirst();
    return trusted.orElseThrow(
        () ->
            Refusal.SIGNER_UNTRUSTED.refuse(
                label(plugin),
                "its signer "
                    + file.signer().hex()
                    + " is not trusted for it. Use `vramhub plugin trust` if it should be"));
  }

  private static String label(PluginPackage plugin) {
    return plugin.id() + " " + plugin.version();
  }
}
