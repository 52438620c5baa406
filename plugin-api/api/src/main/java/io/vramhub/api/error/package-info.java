/** Errors that say whose fault they are, and so what the kernel does about them. */
@org.jspecify.annotations.NullMarked
package io.vramhub.api.error;
