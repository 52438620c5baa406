/**
 * What a plugin may supply. Every service is opened by a {@link
 * io.vramhub.api.spi.ServiceProvider}, which the kernel finds through {@link
 * java.util.ServiceLoader} inside the plugin's own class loader.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.api.spi;
