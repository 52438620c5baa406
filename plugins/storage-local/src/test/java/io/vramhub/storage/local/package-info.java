/** Tests of local storage. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.local;
