/** Tests of blob ids. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.walrus.redstuff;
