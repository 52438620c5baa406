package io.vramhub.kernel.mirror;

import io.vramhub.api.spi.StorageBackend;

/**
 * One of the storages a mirror is made of.
 *
 * @param name the operator's
 */
public record Copy(String name, StorageBackend storage) {}
