/** Storage in a bucket of Cloudflare R2, or of any service that speaks S3. */
@org.jspecify.annotations.NullMarked
package io.vramhub.storage.r2;
