/** Rates miners with the protocol's own Plackett-Luce, as a plugin of the rating slot. */
@org.jspecify.annotations.NullMarked
package io.vramhub.rating.openskill;
