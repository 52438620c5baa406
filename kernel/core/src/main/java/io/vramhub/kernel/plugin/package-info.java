/**
 * Loads plugins, fills the node's slots with their services, and swaps them while the node runs.
 *
 * <p>Each jar becomes a <em>generation</em> with its own copy on disk, class loader, threads and
 * small PF4J manager, so that a newer one can stand beside it. From disk to window: {@link
 * io.vramhub.kernel.plugin.PluginSource} (a directory and whom it trusts), {@code PluginFolder}
 * (what changed in it), {@code PluginJar} (a verified copy), {@code PluginGeneration} (its
 * classes), {@code PluginShelf} (the newest of each plugin), {@code OpenService} (one service in
 * one {@link io.vramhub.kernel.plugin.Slot}), {@code PluginSet} (what fills all slots in one
 * window), {@code SwapDesk} (which set is whose, and when it changes). The {@code Slot*} classes
 * are what the rest of the node holds.
 *
 * <p>A plugin sees the JDK, the shared packages of {@link io.vramhub.packaging.SharedPackages}, its
 * native tier if it names one, and its own libraries. It never sees the kernel or another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.plugin;
