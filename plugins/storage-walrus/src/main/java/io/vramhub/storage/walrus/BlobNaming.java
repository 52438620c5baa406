package io.vramhub.storage.walrus;

import io.vramhub.storage.walrus.redstuff.RedStuff;
import java.lang.foreign.MemorySegment;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Works out blob ids, on threads that may be kept busy: an id takes a second of one core. */
record BlobNaming(RedStuff redStuff, Scheduler blocking) {
  Mono<BlobId> of(byte[] blob) {
    return Mono.fromCallable(() -> new BlobId(redStuff.blobId(MemorySegment.ofArray(blob))))
        .subscribeOn(blocking);
  }
}
