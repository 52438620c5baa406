/**
 * What a node keeps of the network: the chain's state, folded from its events, and the model's
 * parameters, merged from the gradients the chain names.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.replica;
