/** A whole network in one process: the main job, for real, on one machine. */
@org.jspecify.annotations.NullMarked
package io.vramhub.node.devnet;
