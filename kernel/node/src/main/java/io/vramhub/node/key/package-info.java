/** Keys of a node: made, kept encrypted on disk, used without being shown. */
@org.jspecify.annotations.NullMarked
package io.vramhub.node.key;
