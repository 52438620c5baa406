/** The composition root: the only place that knows every part, and the only one that waits. */
@org.jspecify.annotations.NullMarked
package io.vramhub.node;
