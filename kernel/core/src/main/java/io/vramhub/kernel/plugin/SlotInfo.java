package io.vramhub.kernel.plugin;

import java.util.Optional;

/**
 * What an operator may know of a slot.
 *
 * @param name of the slot
 * @param kind simple name of the service, {@code StorageBackend}
 * @param use the provider that fills it
 * @param plugin id and version of the plugin it comes from
 * @param waiting id and version of the plugin that takes over in a later window
 */
public record SlotInfo(
    String name, String kind, String use, String plugin, Optional<String> waiting) {}
