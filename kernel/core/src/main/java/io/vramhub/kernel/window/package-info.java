/**
 * Chain time and the window clock. Chain time alone decides phases; the node's own clock only
 * measures how much of it has passed.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.window;
