package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorKind;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Digest;
import io.vramhub.storage.r2.Bucket.StoredPart;
import io.vramhub.storage.r2.PartCutter.Part;
import io.vramhub.storage.r2.UploadNotes.ArrivedPart;
import io.vramhub.storage.r2.UploadNotes.Note;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Stores a large object in parts, which become visible together. An upload that the network cut is
 * kept, and the next put of the same bytes sends only the parts that are missing; one that was
 * cancelled, or whose source failed, is let go.
 */
final class PartUpload {
  /** Parts on their way at a time; each is held in memory. */
  private static final int IN_FLIGHT = 3;

  /** What S3 allows. */
  private static final int MOST_PARTS = 10_000;

  private final Bucket bucket;
  private final UploadNotes notes;
  private final Scheduler blocking;
  private final int leastPartBytes;

  PartUpload(Bucket bucket, UploadNotes notes, Scheduler blocking, int leastPartBytes) {
    this.bucket = bucket;
    this.notes = notes;
    this.blocking = blocking;
    this.leastPartBytes = leastPartBytes;
  }

  /** False if there is an object of this name already. */
  Mono<Boolean> put(BlobRef ref, BlobSource source) {
    return Mono.usingWhen(
        begun(ref),
        begun -> send(ref, source, begun),
        begun -> release(begun.note()),
        (begun, failure) -> isWorthResuming(failure) ? Mono.empty() : release(begun.note()),
        begun -> release(begun.note()));
  }

  /** An upload with the parts that the bucket still has of it, by number. */
  private record Begun(Note note, Map<Integer, ArrivedPart> arrived) {}

  private static boolean isWorthResuming(Throwable failure) {
    return failure instanceof HubException known && known.code().kind() == ErrorKind.TRANSIENT;
  }

  private Mono<Begun> begun(BlobRef ref) {
    int partBytes = partBytes(ref);
    return Mono.fromCallable(() -> notes.find(ref, partBytes))
        .subscribeOn(blocking)
        .flatMap(Mono::justOrEmpty)
        .flatMap(
            note ->
                bucket
                    .parts(ref.key().name(), note.upload())
                    .map(stored -> new Begun(note, arrived(note, stored))))
        .switchIfEmpty(
            bucket
                .begin(ref.key().name(), ref.digest())
                .publishOn(blocking)
                .map(upload -> new Begun(notes.begin(ref, partBytes, upload), Map.of())));
  }

  private static Map<Integer, ArrivedPart> arrived(Note note, List<StoredPart> stored) {
    Map<Integer, String> tags =
        stored.stream().collect(Collectors.toMap(StoredPart::number, StoredPart::tag));
    return note.parts().stream()
        .filter(part -> part.tag().equals(tags.get(part.number())))
        // Sent twice, the later one is there.
        .collect(Collectors.toMap(ArrivedPart::number, Function.identity(), (a, b) -> b));
  }

  private int partBytes(BlobRef ref) {
    return Math.toIntExact(Math.max(leastPartBytes, Math.ceilDiv(ref.length(), MOST_PARTS)));
  }

  private Mono<Boolean> send(BlobRef ref, BlobSource source, Begun begun) {
    return PartCutter.cut(ref, source, partBytes(ref))
        .flatMap(part -> send(ref, part, begun), IN_FLIGHT, 1)
        .collectSortedList(Comparator.comparing(CompletedPart::partNumber))
        .flatMap(parts -> bucket.complete(ref.key().name(), begun.note().upload(), parts));
  }

  private Mono<CompletedPart> send(BlobRef ref, Part part, Begun begun) {
    return Mono.fromSupplier(() -> Digest.sha256(part.bytes()))
        .flatMap(
            digest -> {
              ArrivedPart arrived = begun.arrived().get(part.number());
              return arrived != null && arrived.digest().equals(digest)
                  ? Mono.just(arrived.tag())
                  : bucket
                      .putPart(ref.key().name(), begun.note().upload(), part.number(), part.bytes())
                      .publishOn(blocking)
                      .doOnNext(
                          tag ->
                              notes.arrived(
                                  begun.note(), new ArrivedPart(part.number(), digest, tag)));
            })
        .map(tag -> CompletedPart.builder().partNumber(part.number()).eTag(tag).build());
  }

  /** Lets an upload go; after one that was completed there is nothing to let go. */
  private Mono<Void> release(Note note) {
    return bucket
        .abort(note.key().name(), note.upload())
        .then(Mono.<Void>fromRunnable(() -> notes.forget(note)).subscribeOn(blocking));
  }

  /** Lets go what earlier processes of this node began and nobody finished. */
  Mono<Void> releaseAbandoned() {
    return Mono.fromCallable(notes::abandoned)
        .subscribeOn(blocking)
        .flatMapMany(Flux::fromIterable)
        .concatMap(this::release)
        .then();
  }
}
