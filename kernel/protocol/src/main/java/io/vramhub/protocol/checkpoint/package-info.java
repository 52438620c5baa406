/**
 * Checkpoints: their file, their root, the first one, and how the next follows from a window's
 * gradients (protocol section 8).
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.checkpoint;
