/**
 * Storage in one append-only file. {@link org.example.archive.RecordHeader} is the format, {@link
 * org.example.archive.Archive} the file, {@link org.example.archive.ArchiveStorage} the service.
 */
@org.jspecify.annotations.NullMarked
package org.example.archive;
