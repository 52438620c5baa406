/** Tests of protocol section 3's data. */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.data;
