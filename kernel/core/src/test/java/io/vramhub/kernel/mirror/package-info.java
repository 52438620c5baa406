/** Tests of mirrored storage. */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.mirror;
