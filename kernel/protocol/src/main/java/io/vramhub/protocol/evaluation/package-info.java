/**
 * Scoring of gradients (protocol sections 6 and 9): the strict evaluator {@code strict-f32/1}, its
 * scalar definition, and the checks an enclave makes before it believes its host.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.evaluation;
