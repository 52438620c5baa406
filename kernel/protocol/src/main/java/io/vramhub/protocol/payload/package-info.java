/**
 * The gradient payload: codec, file, header and sealed envelope (protocol sections 4 and 5). Bytes
 * from a peer only ever give a value or a {@link io.vramhub.protocol.payload.PayloadException},
 * which says the verdict they deserve.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.payload;
