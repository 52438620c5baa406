/** A ${kind} plugin for VRAM HUB. */
@org.jspecify.annotations.NullMarked
package ${package};
