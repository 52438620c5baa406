/**
 * HOCON to records. One schema, written as the code that reads it, validates every key, documents
 * it and says where its value came from; all problems of a file are reported in one run.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.node.settings;
