/** Tests of R2 storage, against S3Proxy. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.r2;
