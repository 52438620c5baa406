/**
 * The adversary zoo of test networks: miners that differ from an honest one only in what they
 * offer. They exist so that anyone can watch the protocol hold; each is a row of the table of
 * attacks in the protocol's documentation.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.pipeline.adversary;
