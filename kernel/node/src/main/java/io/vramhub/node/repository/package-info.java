/** Finds plugins by their Maven coordinates, without Maven. */
@org.jspecify.annotations.NullMarked
package io.vramhub.node.repository;
