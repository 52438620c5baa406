/**
 * What makes a gradient small and a merge exact: selecting the largest magnitudes, coding their
 * positions and values in few bits, and adding them in fixed point. Protocol sections 4 and 8.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.numerics.sparse;
