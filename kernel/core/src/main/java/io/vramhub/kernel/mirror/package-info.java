/** One storage made of several that hold the same objects. */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.mirror;
