/**
 * Checks a network without trusting anyone in it (protocol section 11): {@link
 * io.vramhub.kernel.audit.Invariants} from the chain's events alone, {@link
 * io.vramhub.kernel.audit.Auditor} by recomputing everything from chain and storage.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.audit;
