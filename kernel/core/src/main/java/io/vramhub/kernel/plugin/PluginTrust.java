package io.vramhub.kernel.plugin;

import io.vramhub.packaging.PluginPackage;
import java.nio.file.Path;

/** Decides which plugins of a directory may run here. Called for every jar before it is loaded. */
public interface PluginTrust {
  /** Lets everything in: for the directory in which a plugin is being developed. */
  PluginTrust ANY = staged -> {};

  /**
   * Only what the {@code plugins.lock} of a directory pins, or a signer it trusts has signed. The
   * file is read anew each time.
   */
  static PluginTrust locked(Path pluginsDirectory) {
    return staged -> PluginLock.read(pluginsDirectory).admit(staged);
  }

  /**
   * Returns if the plugin may run. Reads files, so it blocks.
   *
   * @param staged was found to be in order; its file is a copy that nobody else writes, with the
   *     copy of its signature file beside it, if it has one
   * @throws io.vramhub.api.error.HubException {@code PLUGIN_INVALID} with its {@link
   *     io.vramhub.packaging.Refusal}; {@code DISK}
   */
  void admit(PluginPackage staged);
}
