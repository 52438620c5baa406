/**
 * The attested loss evaluator (protocol section 6): it holds a key of its own, computes the root of
 * the checkpoint it is given, checks every page and payload against what it will sign, measures the
 * gains with the strict evaluator, and signs the report.
 *
 * <p>The host around it is not trusted, so everything that arrives over HTTP is hostile until it is
 * checked. What runs in here is the trusted base: the JDK, the protocol's arithmetic and this
 * package; no native library, no web framework, nothing of the node.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.enclave;
