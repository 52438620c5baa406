package io.vramhub.seal.server;

/** Why a request is not answered: Seal's error codes, by which its clients tell them apart. */
enum Denial {
  INVALID_PTB("InvalidPTB", 403, "the transaction is none that asks for approval"),
  INVALID_PACKAGE("InvalidPackage", 403, "there is no such package"),
  NO_ACCESS("NoAccess", 403, "access denied"),
  INVALID_CERTIFICATE("InvalidCertificate", 403, "the session's times are not valid"),
  INVALID_SIGNATURE("InvalidSignature", 403, "the user's signature is not valid"),
  INVALID_SESSION_SIGNATURE("InvalidSessionSignature", 403, "the session's signature is not valid"),
  INVALID_PARAMETER("InvalidParameter", 403, "an argument of the transaction is not valid"),
  INVALID_MVR_NAME("InvalidMVRName", 403, "the package's name is not valid"),
  INVALID_SDK_TYPE("InvalidSDKType", 400, "the kind of client is not known"),
  INVALID_SDK_VERSION("InvalidSDKVersion", 400, "the client's version is not valid"),
  INVALID_SERVICE_ID("InvalidServiceId", 400, "this is another key server"),
  UNSUPPORTED_PACKAGE_ID("UnsupportedPackageId", 400, "this server has no keys of the package"),
  MISSING_REQUIRED_HEADER("MissingRequiredHeader", 400, "a header is missing"),
  DEPRECATED_SDK_VERSION("DeprecatedSDKVersion", 426, "the client is too old"),
  FAILURE("Failure", 503, "the server cannot answer now; try again"),

  /** Not of Seal, whose servers answer such requests without a code. */
  INVALID_REQUEST("InvalidRequest", 400, "the request cannot be read"),
  REQUEST_TOO_LARGE("RequestTooLarge", 413, "the request is too large");

  private final String code;
  private final int status;
  private final String meaning;

  Denial(String code, int status, String meaning) {
    this.code = code;
    this.status = status;
    this.meaning = meaning;
  }

  /** As Seal's clients know it. */
  String code() {
    return code;
  }

  /** Of HTTP. */
  int status() {
    return status;
  }

  /** A clause for people. */
  String meaning() {
    return meaning;
  }
}
