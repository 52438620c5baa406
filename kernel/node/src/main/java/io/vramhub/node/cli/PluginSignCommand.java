package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.kernel.DurableFiles;
import io.vramhub.kernel.plugin.SignatureFile;
import io.vramhub.node.key.Keystore;
import io.vramhub.node.key.SecretKey;
import io.vramhub.packaging.PluginPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Signs a jar for those who trust the key. */
@Command(
    name = "sign",
    description = "Check a jar and write its signature beside it, <jar>.sig.",
    mixinStandardHelpOptions = true)
final class PluginSignCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JAR", description = "The jar to sign.")
  private Path jar = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "A key file of `vramhub key create`.")
  private Path key = Path.of("");

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      required = true,
      description = "Read the password from this file, mode 0600.")
  private Path passwordFile = Path.of("");

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options).print(this::sign, this::json, this::text);
  }

  private SignatureFile sign() {
    PluginPackage plugin = PluginPackage.inspect(jar);
    char[] password = Keystore.passwordFrom(passwordFile);
    SecretKey signer = Keystore.open(key, password);
    Arrays.fill(password, ' ');
    SignatureFile signature = SignatureFile.sign(plugin.digest(), signer);
    Path file = SignatureFile.beside(jar);
    try {
      DurableFiles.write(file, signature.text().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot write " + file + ": " + e.getMessage(), e);
    }
    return signature;
  }

  private ObjectNode json(SignatureFile signature) {
    return Json.object()
        .put("file", SignatureFile.beside(jar).toString())
        .put("signer", signature.signer().hex());
  }

  private String text(SignatureFile signature) {
    return SignatureFile.beside(jar)
        + " is signed by ed25519:"
        + signature.signer().hex()
        + "; whoever trusts that key lets the jar in\n";
  }
}
