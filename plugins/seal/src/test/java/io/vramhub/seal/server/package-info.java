/** Tests of the key server. */
@org.jspecify.annotations.NullMarked
package io.vramhub.seal.server;
