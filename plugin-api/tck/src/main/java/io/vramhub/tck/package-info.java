/**
 * The contracts of the plugin kinds, as interfaces with tests that a plugin's own test class
 * inherits:
 *
 * <pre>{@code
 * final class MyStorageTest implements StorageBackendContract {
 *   public MyStorageProvider provider() {
 *     return new MyStorageProvider();
 *   }
 * }
 * }</pre>
 *
 * <p>What the tests need of a host, {@link io.vramhub.tck.TestPluginContext} and {@link
 * io.vramhub.tck.TestSigner}, serves a plugin's other tests as well.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.tck;
