/** Tests of the canonical byte forms. */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.message;
