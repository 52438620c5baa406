/** Tests of the explorer. */
@org.jspecify.annotations.NullMarked
package io.vramhub.vramscan;
