package io.vramhub.kernel.replica;

import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.ModelSpec;
import java.lang.foreign.MemorySegment;

/**
 * A checkpoint on loan: valid until the work it was lent to has ended.
 *
 * @param parameters flat little-endian f32 in the order of {@link ModelSpec#tensors()}; read-only
 * @param source the checkpoint's file, byte for byte
 * @param leaves the hashes of the file's pages, to be stored beside it
 */
public record Checkpoint(
    CheckpointRef ref,
    ModelSpec model,
    MemorySegment parameters,
    BlobSource source,
    BlobSource leaves) {}
