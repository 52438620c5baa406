/** The version of the plugin API, separate from the version of the product. */
@org.jspecify.annotations.NullMarked
package io.vramhub.api;
