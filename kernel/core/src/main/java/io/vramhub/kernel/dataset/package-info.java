/**
 * Datasets on the local disk: made from a folder of text, and opened only after every byte has been
 * checked against the manifest (protocol section 3).
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.dataset;
