/** Seals for a committee of key servers, and opens with the keys that enough of them hand out. */
@org.jspecify.annotations.NullMarked
package io.vramhub.seal.client;
