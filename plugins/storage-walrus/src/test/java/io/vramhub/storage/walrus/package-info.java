/** Tests of storage on Walrus, and a network for them. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.walrus;
