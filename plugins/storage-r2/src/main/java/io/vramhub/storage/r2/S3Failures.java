package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What a failed request means: whether to repeat it, and what to tell whoever operates the node.
 */
final class S3Failures {
  static final int NOT_FOUND = 404;
  static final int PRECONDITION_FAILED = 412;
  static final int OUTSIDE = 416;

  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  /** Codes of replies with a status below 500 that another attempt may not get. */
  private static final Set<String> PASSING =
      Set.of(
          "BadDigest",
          "ConditionalRequestConflict",
          "IncompleteBody",
          "OperationAborted",
          "RequestTimeout",
          "SlowDown",
          "XAmzContentSHA256Mismatch",
          // Also what some servers say of a body that was changed on the way.
          "SignatureDoesNotMatch");

  private final Location location;

  S3Failures(Location location) {
    this.location = location;
  }

  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Whether the same request may succeed a moment later. */
  static boolean isPassing(Throwable failure) {
    return switch (failure) {
      case S3Exception s3 ->
          s3.statusCode() >= SERVER_ERROR
              || s3.statusCode() == TOO_MANY
              || PASSING.contains(code(s3));
      case SdkClientException client -> true;
      case TimeoutException late -> true;
      case IOException cut -> true;
      default -> false;
    };
  }

  static boolean has(Throwable failure, int status) {
    return failure instanceof S3Exception s3 && s3.statusCode() == status;
  }

  /**
   * The failure in an operator's words.
   *
   * @param request the S3 operation, for example {@code PutObject}
   */
  HubException explained(String request, Throwable failure) {
    String what = request + " at " + location + ": ";
    return switch (failure) {
      case HubException known -> known;
      case S3Exception s3 -> explained(what, request, s3);
      case TimeoutException late ->
          new HubException(
              ErrorCode.STORAGE_UNAVAILABLE, what + "no reply in time. Try again later.", late);
      default ->
          new HubException(
              isPassing(failure) ? ErrorCode.STORAGE_UNAVAILABLE : ErrorCode.INVARIANT_BROKEN,
              what + reason(failure) + ". Check the network and the setting 'endpoint'.",
              failure);
    };
  }

  private HubException explained(String what, String request, S3Exception s3) {
    String code = code(s3);
    String said = what + s3.statusCode() + " " + code;
    return switch (code) {
      case "NoSuchBucket" ->
          new HubException(
              ErrorCode.CONFIG_INVALID,
              said
                  + ". There is no bucket '"
                  + location.bucket()
                  + "' there; create it or correct the settings 'bucket' and 'endpoint'.",
              s3);
      case "RequestTimeTooSkewed" ->
          new HubException(
              ErrorCode.PREFLIGHT_FAILED,
              said + ". The clock of this machine is wrong; synchronize it.",
              s3);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "Unauthorized" ->
          new HubException(
              ErrorCode.ACCESS_DENIED,
              said + ". The access key is not known there, or its secret is another.",
              s3);
      default -> {
        if (s3.statusCode() == FORBIDDEN) {
          yield new HubException(
              ErrorCode.ACCESS_DENIED,
              said
                  + ". The access key lacks the permission for "
                  + request
                  + " on this bucket and prefix, or is not known there.",
              s3);
        }
        yield new HubException(
            ErrorCode.STORAGE_UNAVAILABLE, said + ": " + reason(s3) + ". Try again later.", s3);
      }
    };
  }

  private static String code(S3Exception s3) {
    return Optional.ofNullable(s3.awsErrorDetails())
        .flatMap(details -> Optional.ofNullable(details.errorCode()))
        .orElse("");
  }

  private static String reason(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
