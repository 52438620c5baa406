package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.node.key.Keystore;
import io.vramhub.node.key.SecretKey;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes and shows node keys. */
@Command(name = "key", description = "Make and show node keys.", mixinStandardHelpOptions = true)
final class KeyCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "create",
      description = "Make a fresh Ed25519 key in an encrypted file.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "FILE", description = "The key file to make.") Path file,
      @Option(
              names = "--password-file",
              paramLabel = "FILE",
              description = "Read the password from this file, mode 0600.")
          Optional<Path> passwordFile) {
    char[] password = passwordFile.map(Keystore::passwordFrom).orElseGet(KeyCommand::ask);
    SecretKey key = Keystore.create(file, password, new SecureRandom());
    Arrays.fill(password, ' ');
    PrintWriter out = spec.commandLine().getOut();
    out.println("address " + key.address());
    out.println("public key " + key.publicKey().hex());
    out.println(
        "kept in " + file + "; without its password it cannot be used, and nobody can restore it");
    return 0;
  }

  @Command(
      name = "show",
      description = "Show the address of a key file.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = "FILE", description = "The key file.") Path file) {
    spec.commandLine().getOut().println(Keystore.addressOf(file));
    return 0;
  }

  private static char[] ask() {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "there is no terminal to ask for a password; name a --password-file");
    }
    char[] first = console.readPassword("Password for the new key: ");
    char[] second = console.readPassword("Once more: ");
    if (first == null || second == null || first.length < 8 || !Arrays.equals(first, second)) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "the passwords differ or are shorter than 8 characters; nothing was written");
    }
    return first;
  }
}
