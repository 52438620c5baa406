package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.kernel.plugin.TrustedSigner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Lets in what a signer signs. */
@Command(
    name = "trust",
    description = "Let in what a key signs: newer versions, and plugins not installed yet.",
    mixinStandardHelpOptions = true)
final class PluginTrustCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "KEY", description = "Ed25519 public key, 64 hex digits.")
  private String key = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "What you call its owner.")
  private String name = "";

  @Option(
      names = "--for",
      paramLabel = "IDS",
      required = true,
      description = "Which plugins it may sign: one id, a beginning as 'acme-*', or '*'.")
  private String ids = "";

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(this::trust, PluginTrustCommand::json, PluginTrustCommand::text);
  }

  private TrustedSigner trust() {
    TrustedSigner signer;
    try {
      signer = new TrustedSigner(TrustedSigner.parseKey(key), name, ids);
    } catch (IllegalArgumentException e) {
      throw new HubException(ErrorCode.USAGE, "nothing is trusted: " + e.getMessage(), e);
    }
    plugins.directory().trust(signer);
    return signer;
  }

  private static ObjectNode json(TrustedSigner signer) {
    return Json.object()
        .put("signer", signer.name())
        .put("key", signer.key().hex())
        .put("plugins", signer.plugins());
  }

  private static String text(TrustedSigner signer) {
    return "plugins " + signer.plugins() + " signed by " + signer.name() + " are let in\n";
  }
}
