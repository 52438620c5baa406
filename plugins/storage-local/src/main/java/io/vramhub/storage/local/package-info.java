/** Storage in a directory of the local disk, or of one that several nodes mount. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.local;
