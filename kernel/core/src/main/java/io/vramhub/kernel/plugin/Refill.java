package io.vramhub.kernel.plugin;

import io.vramhub.api.spi.HubService;

/** A slot and the offer that is to fill it. */
record Refill<T extends HubService>(Slot<T> slot, PluginShelf.Offer<T> offer) {}
