/**
 * What a window pays and to whom (protocol section 10): the emission schedule, its split between
 * miners, validators and treasury, and the one rounding rule all shares follow.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.reward;
