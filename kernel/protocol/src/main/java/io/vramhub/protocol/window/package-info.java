/**
 * When windows open, close and pass from phase to phase (protocol section 2). Chain time is always
 * a parameter.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.window;
