/**
 * Loads plugins: each jar becomes a <em>generation</em> with its own copy on disk, its own class
 * loader and its own small PF4J manager, so that a newer generation can later stand beside it.
 *
 * <p>A plugin sees the JDK, the shared packages of {@link io.vramhub.packaging.SharedPackages}, its
 * native tier if it names one, and its own libraries. It never sees the kernel or another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.plugin;
