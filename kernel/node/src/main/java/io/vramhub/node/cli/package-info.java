/**
 * The commands. Each does its work through the kernel and prints what a person or a script needs.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.node.cli;
