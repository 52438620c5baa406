package io.vramhub.protocol.payload;

import io.vramhub.api.model.Bytes;

/**
 * A gradient in codec form, one component per tensor of the payload file.
 *
 * @param indices kept positions, chunk after chunk in {@link io.vramhub.numerics.sparse.RiceCode},
 *     as one run of bits
 * @param codes two bits per kept value, the first lowest in its byte ({@link
 *     io.vramhub.numerics.sparse.TwoBitQuantizer})
 * @param chunkScales one byte per chunk ({@link io.vramhub.numerics.sparse.ScaleCode})
 * @param tensorScales one little-endian f32 per tensor: its largest chunk scale
 */
public record EncodedGradient(Bytes indices, Bytes codes, Bytes chunkScales, Bytes tensorScales) {}
