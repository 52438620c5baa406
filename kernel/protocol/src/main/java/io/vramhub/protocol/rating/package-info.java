/**
 * Ratings and what they earn (protocol section 7): Plackett-Luce in fixed point, the drift of those
 * who stay away, and the weights that follow. All of it is integer arithmetic with stated scales
 * and roundings, so that the Java ledger, the Move package and a browser agree to the last unit.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.rating;
