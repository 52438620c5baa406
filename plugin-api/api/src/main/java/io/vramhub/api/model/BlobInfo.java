package io.vramhub.api.model;

/** What a storage backend knows of an object without reading it. */
public record BlobInfo(BlobKey key, long length) {}
