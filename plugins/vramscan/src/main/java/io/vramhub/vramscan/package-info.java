/**
 * VRAMScan, the explorer: an index of the chain in a database, the API over it, live events and the
 * pages. It stands beside a node and decides nothing.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.vramscan;
