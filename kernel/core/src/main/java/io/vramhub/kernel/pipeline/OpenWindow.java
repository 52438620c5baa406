package io.vramhub.kernel.pipeline;

import io.vramhub.protocol.chain.WindowRecord;

/** A window that somebody has opened on the chain, as it was at some moment after that. */
record OpenWindow(WindowContext context, WindowRecord record) {}
