/** Tests of the audit, with a small network that writes its own true history. */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.audit;
