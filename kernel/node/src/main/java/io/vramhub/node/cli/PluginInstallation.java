package io.vramhub.node.cli;

import io.vramhub.kernel.plugin.PluginDirectory.Installed;
import io.vramhub.kernel.plugin.TrustedSigner;
import tools.jackson.databind.node.ObjectNode;

/** How an installation or a rollback is told. */
final class PluginInstallation {
  private PluginInstallation() {}

  static ObjectNode json(Installed installed) {
    ObjectNode json = PluginAnswer.json(installed.plugin());
    installed.signer().ifPresent(signer -> json.put("signer", signer.name()));
    installed.replaced().ifPresent(replaced -> json.set("replaced", PluginAnswer.json(replaced)));
    return json;
  }

  static String text(Installed installed) {
    String plugin = installed.plugin().id() + " " + installed.plugin().version();
    return plugin
        + " is in place"
        + installed.replaced().map(pin -> " of " + pin.version()).orElse("")
        + ", pinned as "
        + installed.plugin().digest()
        + installed.signer().map(TrustedSigner::name).map(name -> ", signed by " + name).orElse("")
        + "\n";
  }
}
