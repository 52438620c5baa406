package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ByteRange;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import reactor.core.publisher.Mono;

/** Reads blobs from one aggregator. What it sends is not to be believed. */
final class Aggregator {
  private static final int OK = 200;
  private static final int PARTIAL = 206;

  private final WalrusHttp http;
  private final URI address;

  Aggregator(WalrusHttp http, URI address) {
    this.http = http;
    this.address = address;
  }

  /** The whole blob, up to {@code most} bytes. */
  Mono<byte[]> blob(BlobId id, int most) {
    return http.exchange(request(id).GET().build(), most).map(response -> body(response, id, OK));
  }

  /**
   * Some bytes of the blob, at least one. Walrus knows only ranges with both ends.
   *
   * @param range within 2 GiB
   */
  Mono<byte[]> range(BlobId id, ByteRange range) {
    long last = range.offset() + range.length() - 1;
    HttpRequest request =
        request(id).header("Range", "bytes=" + range.offset() + "-" + last).GET().build();
    return http.exchange(request, (int) range.length())
        .map(response -> body(response, id, PARTIAL))
        .doOnNext(
            bytes -> {
              if (bytes.length != range.length()) {
                throw unusable(
                    "it sent " + bytes.length + " bytes where " + range.length() + " were asked");
              }
            });
  }

  /** How long the blob is, in bytes. */
  Mono<Long> length(BlobId id) {
    return http.exchange(request(id).method("HEAD", BodyPublishers.noBody()).build(), 0)
        .map(
            response -> {
              body(response, id, OK);
              return response
                  .headers()
                  .firstValueAsLong("Content-Length")
                  .orElseThrow(() -> unusable("it does not say how long the blob is"));
            });
  }

  /** A copy that a cache keeps may be older than the blob. */
  private HttpRequest.Builder request(BlobId id) {
    return http.request(address.resolve("v1/blobs/" + id)).header("Cache-Control", "no-cache");
  }

  private static byte[] body(HttpResponse<byte[]> response, BlobId id, int success) {
    if (response.statusCode() != success) {
      throw WalrusHttp.refusal(response, "blob " + id + " was not read");
    }
    return response.body();
  }

  HubException unusable(String reason) {
    return new HubException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "the aggregator " + address + " cannot be used: " + reason + ". Name another one.");
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
