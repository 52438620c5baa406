/**
 * The validator's side of an enclave: a client of its HTTP door that takes nothing it says on trust
 * but the attested key, under which it checks every report before handing it on.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.evaluator.enclave;
