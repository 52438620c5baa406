package io.vramhub.node.settings;

import com.typesafe.config.Config;

/** Which plugin fills a slot, and the subtree only that plugin sees. */
public record SlotSettings(String use, Config settings) {}
