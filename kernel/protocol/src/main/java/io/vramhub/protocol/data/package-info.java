/**
 * Datasets as everyone must see them (protocol section 3): the manifest, the Merkle tree over
 * pages, and which pages a window assigns and scores.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.data;
