/** The names that Walrus gives to blobs, computed here. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.walrus.redstuff;
