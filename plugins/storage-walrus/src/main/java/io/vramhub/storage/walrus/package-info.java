/** Storage on Walrus, through an HTTP publisher and HTTP aggregators. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.walrus;
