/**
 * Deterministic arithmetic: every function here gives the same bits on every CPU, vector width and
 * thread count, because each result is defined as IEEE 754 operations in one stated order. Vector
 * lanes only ever run over independent results. No I/O and no dependency.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.numerics;
