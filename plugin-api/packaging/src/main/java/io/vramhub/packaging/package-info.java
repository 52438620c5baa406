/**
 * What a plugin jar must look like, as code. {@link io.vramhub.packaging.PluginPackage#inspect}
 * reads a jar without running any of it and either describes it or refuses it with one {@link
 * io.vramhub.packaging.Refusal}.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.packaging;
