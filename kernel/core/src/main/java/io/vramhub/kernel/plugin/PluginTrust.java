package io.vramhub.kernel.plugin;

/** Placeholder until the packaging branch lands. */
public interface PluginTrust {
  PluginTrust ANY = new PluginTrust() {};
}
