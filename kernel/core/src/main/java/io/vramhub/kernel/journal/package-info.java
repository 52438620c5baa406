/**
 * What a node must not forget: how far it got in each window, and what it has signed. Both are
 * append-only files whose every record is checked, so that a kill at any moment loses nothing that
 * was acknowledged and a damaged file is noticed instead of believed.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.journal;
