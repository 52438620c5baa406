/**
 * HTTP on the node's side: one front that turns requests into calls and replies into responses,
 * without trusting either, and two things behind it: the node's guests, and the door its operator's
 * commands come through.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.node.http;
