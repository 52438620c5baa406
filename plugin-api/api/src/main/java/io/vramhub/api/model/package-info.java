/**
 * The words of the protocol as values: immutable, validated where they are made, compared by
 * content.
 *
 * <p>Units are part of each type: money in base units of 1e-9 coin, gains in nano-nats, rates and
 * ratings in billionths, times in milliseconds of chain time.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.api.model;
