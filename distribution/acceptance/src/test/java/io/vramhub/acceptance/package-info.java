/** What a stranger would try, against the assembled product as real processes. */
@org.jspecify.annotations.NullMarked
package io.vramhub.acceptance;
