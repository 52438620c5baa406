package io.vramhub.node.cli;

import io.vramhub.kernel.plugin.SignatureFile;
import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.Refusal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** The checks a node makes before it loads a jar, without a node. */
@Command(
    name = "verify",
    description = "Check a jar as a node would before it loads it; runs nothing of it.",
    mixinStandardHelpOptions = true)
final class PluginVerifyCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JAR", description = "The jar to check; its .sig beside it, if any.")
  private Path jar = Path.of("");

  private record Verified(PluginPackage plugin, Optional<SignatureFile> signature) {}

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(this::verify, PluginVerifyCommand::json, PluginVerifyCommand::text);
  }

  private Verified verify() {
    PluginPackage plugin = PluginPackage.inspect(jar);
    Optional<SignatureFile> signature = SignatureFile.read(jar, jar.toString());
    if (signature.isPresent() && !signature.get().verifies(plugin.digest())) {
      throw Refusal.SIGNATURE_WRONG.refuse(jar.toString(), "its signature is of another jar");
    }
    return new Verified(plugin, signature);
  }

  private static ObjectNode json(Verified verified) {
    ObjectNode json = PluginAnswer.json(verified.plugin());
    verified.signature().ifPresent(signature -> json.put("signer", signature.signer().hex()));
    return json;
  }

  private static String text(Verified verified) {
    return PluginAnswer.text(verified.plugin())
        + verified
            .signature()
            .map(signature -> "in order, signed by ed25519:" + signature.signer().hex())
            .orElse("in order, not signed")
        + "\n";
  }
}
