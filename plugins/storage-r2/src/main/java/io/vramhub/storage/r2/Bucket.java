package io.vramhub.storage.r2;

import io.vramhub.api.model.Digest;
import java.io.EOFException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeProvider;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * The requests this storage makes. Each is repeated, after growing pauses, while it fails for a
 * passing reason and there is time; an error that remains is a {@code HubException}. Bodies are
 * signed, so the server checks the SHA-256 of whatever it is sent.
 */
final class Bucket implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int MOST_REPETITIONS = 12;
  private static final String DIGEST = "sha256";

  private final JdkTransport transport = new JdkTransport();
  private final S3AsyncClient client;
  private final R2Settings settings;
  private final S3Failures failures;
  private final Scheduler blocking;
  private final Scheduler timer;

  /**
   * An object as the bucket knows it.
   *
   * @param digest what whoever stored it said; empty if it was no node of this kind
   */
  record Entry(long length, Optional<Digest> digest) {}

  /** A part that the bucket has. */
  record StoredPart(int number, long length, String tag) {}

  Bucket(R2Settings settings, AccessKey key, Scheduler blocking, Scheduler timer) {
    this.settings = settings;
    this.failures = new S3Failures(settings.location());
    this.blocking = blocking;
    this.timer = timer;
    this.client = client(settings, key, blocking, transport);
  }

  private static S3AsyncClient client(
      R2Settings settings, AccessKey key, Scheduler blocking, JdkTransport transport) {
    S3AuthSchemeProvider schemes = S3AuthSchemeProvider.defaultProvider();
    return S3AsyncClient.builder()
        .endpointOverride(settings.location().endpoint())
        .region(Region.of(settings.region()))
        .forcePathStyle(true)
        .disableS3ExpressSessionAuth(true)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret())))
        .authSchemeProvider(
            parameters ->
                schemes.resolveAuthScheme(parameters).stream()
                    .map(
                        scheme ->
                            scheme.toBuilder()
                                .putSignerProperty(
                                    AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, true)
                                .putSignerProperty(
                                    AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, false)
                                .build())
                    .toList())
        .overrideConfiguration(
            override ->
                override
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    // Nothing outside the node's configuration decides.
                    .defaultProfileFile(
                        ProfileFile.builder()
                            .type(ProfileFile.Type.CONFIGURATION)
                            .content(InputStream.nullInputStream())
                            .build()))
        .asyncConfiguration(
            async ->
                async.advancedOption(
                    SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, blocking::schedule))
        .httpClient(transport)
        .build();
  }

  /** Empty if there is no such object. */
  Mono<Entry> head(String name) {
    String request = "HeadObject";
    return repeated(() -> client.headObject(head -> head.bucket(bucket()).key(object(name))))
        .map(Bucket::entry)
        .onErrorResume(failure -> S3Failures.has(failure, S3Failures.NOT_FOUND), e -> Mono.empty())
        .onErrorMap(failure -> failures.explained(request, failure));
  }

  private static Entry entry(HeadObjectResponse head) {
    return new Entry(
        head.contentLength(),
        Optional.ofNullable(head.metadata().get(DIGEST)).flatMap(Bucket::digest));
  }

  private static Optional<Digest> digest(String hex) {
    try {
      return Optional.of(Digest.ofHex(hex));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * What a range holds.
   *
   * @param objectLength of the whole object; {@link #UNKNOWN} if all is known is that it is shorter
   */
  record Piece(byte[] bytes, long objectLength) {
    static final long UNKNOWN = -1;
  }

  /**
   * Reads a range of at least one byte of an object that is expected to have a length; empty if
   * there is no such object. A reply shorter than the range counts as cut, unless the object is.
   */
  Mono<Piece> range(String name, long from, int length, long expectedLength) {
    String range = "bytes=" + from + "-" + (from + length - 1);
    return repeated(
            () ->
                client
                    .getObject(
                        get -> get.bucket(bucket()).key(object(name)).range(range),
                        AsyncResponseTransformer.<GetObjectResponse>toBytes())
                    .thenApply(Bucket::piece),
            piece -> piece.bytes().length == length || piece.objectLength() != expectedLength)
        .onErrorResume(failure -> S3Failures.has(failure, S3Failures.NOT_FOUND), e -> Mono.empty())
        .onErrorResume(
            failure -> S3Failures.has(failure, S3Failures.OUTSIDE),
            e -> Mono.just(new Piece(new byte[0], Piece.UNKNOWN)))
        .onErrorMap(failure -> failures.explained("GetObject", failure));
  }

  /** From {@code Content-Range: bytes 0-9/100}; without one the reply is the whole object. */
  private static Piece piece(ResponseBytes<GetObjectResponse> reply) {
    byte[] bytes = reply.asByteArrayUnsafe();
    long length =
        Optional.ofNullable(reply.response().contentRange())
            .map(range -> Long.parseLong(range.substring(range.lastIndexOf('/') + 1)))
            .orElse((long) bytes.length);
    return new Piece(bytes, length);
  }

  /** Stores an object unless there is one of its name; false if there is. */
  Mono<Boolean> put(String name, byte[] bytes, Digest digest) {
    return unlessTaken(
        "PutObject",
        Set.of(S3Failures.PRECONDITION_FAILED),
        repeated(
            () ->
                client.putObject(
                    put ->
                        put.bucket(bucket())
                            .key(object(name))
                            .ifNoneMatch("*")
                            .metadata(Map.of(DIGEST, digest.hex())),
                    AsyncRequestBody.fromBytesUnsafe(bytes))));
  }

  private Mono<Boolean> unlessTaken(String request, Set<Integer> taken, Mono<?> conditional) {
    return conditional
        .thenReturn(true)
        .onErrorResume(
            failure -> taken.stream().anyMatch(status -> S3Failures.has(failure, status)),
            e -> Mono.just(false))
        .onErrorMap(failure -> failures.explained(request, failure));
  }

  /**
   * The objects whose name starts with the prefix, ascending, a page of them as it is asked for.
   */
  Flux<Listed> list(String prefix) {
    return page(prefix, Optional.empty())
        .expand(
            page ->
                Boolean.TRUE.equals(page.isTruncated())
                    ? page(prefix, Optional.ofNullable(page.nextContinuationToken()))
                    : Mono.empty())
        .concatMapIterable(ListObjectsV2Response::contents, 1)
        .filter(found -> found.key().startsWith(settings.location().prefix()))
        .map(
            found ->
                new Listed(
                    found.key().substring(settings.location().prefix().length()), found.size()));
  }

  /** An object in a listing. */
  record Listed(String name, long length) {}

  private Mono<ListObjectsV2Response> page(String prefix, Optional<String> token) {
    return repeated(
            () ->
                client.listObjectsV2(
                    list -> {
                      list.bucket(bucket()).prefix(object(prefix));
                      token.ifPresent(list::continuationToken);
                    }))
        .onErrorMap(failure -> failures.explained("ListObjectsV2", failure));
  }

  /** Completes if the bucket can be listed, which shows that endpoint, bucket and key are right. */
  Mono<Void> probe() {
    return repeated(
            () -> client.listObjectsV2(list -> list.bucket(bucket()).prefix(object("")).maxKeys(1)))
        .then()
        .onErrorMap(failure -> failures.explained("ListObjectsV2", failure));
  }

  Mono<Void> delete(String name) {
    return repeated(() -> client.deleteObject(delete -> delete.bucket(bucket()).key(object(name))))
        .then()
        .onErrorResume(failure -> S3Failures.has(failure, S3Failures.NOT_FOUND), e -> Mono.empty())
        .onErrorMap(failure -> failures.explained("DeleteObject", failure));
  }

  // ---- objects in parts

  /** Begins an upload in parts and answers its id. */
  Mono<String> begin(String name, Digest digest) {
    return repeated(
            () ->
                client.createMultipartUpload(
                    create ->
                        create
                            .bucket(bucket())
                            .key(object(name))
                            .metadata(Map.of(DIGEST, digest.hex()))))
        .map(created -> created.uploadId())
        .onErrorMap(failure -> failures.explained("CreateMultipartUpload", failure));
  }

  /** Stores a part, in place of an earlier one of its number, and answers its tag. */
  Mono<String> putPart(String name, String upload, int number, byte[] bytes) {
    return repeated(
            () ->
                client.uploadPart(
                    part ->
                        part.bucket(bucket()).key(object(name)).uploadId(upload).partNumber(number),
                    AsyncRequestBody.fromBytesUnsafe(bytes)))
        .map(stored -> stored.eTag())
        .onErrorMap(failure -> failures.explained("UploadPart", failure));
  }

  /** The parts of an upload; empty if the bucket does not know the upload any more. */
  Mono<List<StoredPart>> parts(String name, String upload) {
    return Flux.defer(
            () ->
                Flux.from(
                    client
                        .listPartsPaginator(
                            list -> list.bucket(bucket()).key(object(name)).uploadId(upload))
                        .parts()))
        .subscribeOn(blocking)
        .collectList()
        .timeout(settings.attemptLimit(), timer)
        .onErrorMap(S3Failures::unwrapped)
        .retryWhen(repetitions())
        .map(parts -> parts.stream().map(Bucket::storedPart).toList())
        .onErrorResume(failure -> S3Failures.has(failure, S3Failures.NOT_FOUND), e -> Mono.empty())
        .onErrorMap(failure -> failures.explained("ListParts", failure));
  }

  private static StoredPart storedPart(Part part) {
    return new StoredPart(part.partNumber(), part.size(), part.eTag());
  }

  /** Makes the parts an object; false if there is one of its name, or the upload is gone. */
  Mono<Boolean> complete(String name, String upload, List<CompletedPart> parts) {
    return unlessTaken(
        "CompleteMultipartUpload",
        // An upload that is gone was completed by an earlier attempt, or by somebody else.
        Set.of(S3Failures.PRECONDITION_FAILED, S3Failures.NOT_FOUND),
        repeated(
            () ->
                client.completeMultipartUpload(
                    complete ->
                        complete
                            .bucket(bucket())
                            .key(object(name))
                            .uploadId(upload)
                            .ifNoneMatch("*")
                            .multipartUpload(all -> all.parts(parts)))));
  }

  /** Lets the parts of an upload go; one that is gone already is success. */
  Mono<Void> abort(String name, String upload) {
    return repeated(
            () ->
                client.abortMultipartUpload(
                    abort -> abort.bucket(bucket()).key(object(name)).uploadId(upload)))
        .then()
        .onErrorResume(failure -> S3Failures.has(failure, S3Failures.NOT_FOUND), e -> Mono.empty())
        .onErrorMap(failure -> failures.explained("AbortMultipartUpload", failure));
  }

  // ---- repetition

  private <T> Mono<T> repeated(Supplier<CompletableFuture<T>> request) {
    return repeated(request, reply -> true);
  }

  private <T> Mono<T> repeated(Supplier<CompletableFuture<T>> request, Predicate<T> isWhole) {
    return Mono.fromFuture(request)
        // Building and signing a request computes.
        .subscribeOn(blocking)
        .timeout(settings.attemptLimit(), timer)
        .onErrorMap(S3Failures::unwrapped)
        .filter(isWhole)
        .switchIfEmpty(Mono.error(() -> new EOFException("the reply was cut")))
        .retryWhen(repetitions())
        .timeout(settings.callLimit(), timer);
  }

  private Retry repetitions() {
    return Retry.backoff(MOST_REPETITIONS, FIRST_PAUSE)
        .maxBackoff(LONGEST_PAUSE)
        .scheduler(timer)
        .filter(S3Failures::isPassing)
        .onRetryExhaustedThrow((retry, last) -> last.failure());
  }

  private String bucket() {
    return settings.location().bucket();
  }

  private String object(String name) {
    return settings.location().prefix() + name;
  }

  @Override
  public void close() {
    client.close();
    // The SDK closes only what it has made.
    transport.close();
  }
}
