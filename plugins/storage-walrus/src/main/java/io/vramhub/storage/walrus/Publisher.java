package io.vramhub.storage.walrus;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.OptionalInt;
import reactor.core.publisher.Mono;

/** Stores blobs through a publisher, which registers, encodes, spreads and certifies them. */
final class Publisher {
  private static final int OK = 200;
  private static final int LONGEST_ANSWER = 1 << 20;

  private final WalrusHttp http;
  private final URI address;
  private final WalrusSettings settings;
  private final PublisherAccess access;

  Publisher(WalrusHttp http, URI address, WalrusSettings settings, PublisherAccess access) {
    this.http = http;
    this.address = address;
    this.settings = settings;
    this.access = access;
  }

  /**
   * What the network promises of a blob.
   *
   * @param currentEpoch when it was stored, if the publisher says so
   * @param endEpoch the first epoch in which it need no longer be there
   */
  record Certified(BlobId id, OptionalInt currentEpoch, int endEpoch) {}

  /** Stores the bytes, or prolongs how long they are stored, for the settings' epochs. */
  Mono<Certified> store(byte[] bytes) {
    return Mono.fromCallable(() -> request(bytes))
        .flatMap(request -> http.exchange(request, LONGEST_ANSWER))
        .map(Publisher::certified);
  }

  private HttpRequest request(byte[] bytes) {
    StringBuilder query = new StringBuilder("v1/blobs?epochs=").append(settings.epochs());
    query.append(settings.deletable() ? "&deletable=true" : "&permanent=true");
    settings.sendObjectTo().ifPresent(owner -> query.append("&send_object_to=").append(owner));
    HttpRequest.Builder request =
        http.request(address.resolve(query.toString()))
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(bytes));
    access
        .token(new PublisherAccess.Upload(bytes.length, settings.epochs(), settings.sendObjectTo()))
        .ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return request.build();
  }

  private static Certified certified(HttpResponse<byte[]> response) {
    if (response.statusCode() != OK) {
      throw WalrusHttp.refusal(response, "the blob was not stored");
    }
    try {
      Config answer = WalrusHttp.json(response.body());
      if (answer.hasPath("newlyCreated")) {
        Config blob = answer.getConfig("newlyCreated.blobObject");
        return new Certified(
            new BlobId(blob.getString("blobId")),
            OptionalInt.of(blob.getInt("storage.startEpoch")),
            blob.getInt("storage.endEpoch"));
      }
      if (answer.hasPath("alreadyCertified")) {
        Config blob = answer.getConfig("alreadyCertified");
        return new Certified(
            new BlobId(blob.getString("blobId")), OptionalInt.empty(), blob.getInt("endEpoch"));
      }
      throw new HubException(
          ErrorCode.STORAGE_CORRUPT,
          "the network has marked the blob invalid, says "
              + response.uri()
              + ": its encoding was wrong. Store it through another publisher.");
    } catch (ConfigException | IllegalArgumentException e) {
      throw new HubException(
          ErrorCode.STORAGE_UNAVAILABLE,
          "what answers at "
              + response.uri()
              + " is no publisher of Walrus: "
              + e.getMessage()
              + ". See storage setting 'publisher'.",
          e);
    }
  }
}
