/** Tests of what clients and key servers exchange. */
@org.jspecify.annotations.NullMarked
package io.vramhub.seal.wire;
