package io.vramhub.kernel.plugin;

import java.nio.file.Path;

/**
 * A directory of plugin jars.
 *
 * @param directory only read; its files may be replaced while the node runs
 * @param trust decides which of its jars may be loaded
 */
public record PluginSource(Path directory, PluginTrust trust) {}
