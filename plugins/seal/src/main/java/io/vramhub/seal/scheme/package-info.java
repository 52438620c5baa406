/**
 * Seal's scheme to the byte: identity-based encryption over BLS12-381 (Boneh-Franklin), shared out
 * to t of n key servers by Shamir. No I/O, no clock; randomness comes in.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.seal.scheme;
