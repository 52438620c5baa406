/** Tests of protocol section 2's windows. */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.window;
