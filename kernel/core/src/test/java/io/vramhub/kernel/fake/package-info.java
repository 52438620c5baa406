/** Hand-written stand-ins for every service a node is given, obedient to an injected scheduler. */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.fake;
