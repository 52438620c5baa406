/** Rates miners by Elo in integers, as a plugin of the rating slot. */
@org.jspecify.annotations.NullMarked
package org.example.elo;
