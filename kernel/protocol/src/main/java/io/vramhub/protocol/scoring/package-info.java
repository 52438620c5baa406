/**
 * Finalizing a window (protocol section 7): who scores whom, what the scorers' reports add up to,
 * who is eligible, what is merged and what is paid. Pure functions of the chain's state.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.scoring;
