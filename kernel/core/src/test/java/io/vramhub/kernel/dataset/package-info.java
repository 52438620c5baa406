/** Tests of datasets on the local disk. */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.dataset;
