package io.vramhub.vramscan;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/**
 * Serves the export of the pages from memory: nothing but these files can be reached, whatever a
 * path says.
 *
 * <p>A page about one thing is exported once, for the placeholder {@code _}; {@code
 * /windows/12/index.html} and every other file below {@code /windows/12/} is the one below {@code
 * /windows/_/}, and the page reads the number from its address.
 */
final class StaticSite {
  private static final String POLICIES = "/csp.json";
  private static final String NOT_FOUND = "/404.html";
  private static final String PLACEHOLDER = "_";

  /** The file names there hold a hash of the content. */
  private static final String IMMUTABLE = "/_next/static/";

  private static final int WORTH_COMPRESSING = 1_024;
  private static final String NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json; charset=utf-8"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("map", "application/json; charset=utf-8"));

  private final SortedMap<String, Asset> assets = new TreeMap<>();

  /** First folders with pages about one thing. */
  private final Set<String> dynamic = new HashSet<>();

  /**
   * A file, ready to be sent.
   *
   * @param packed compressed; empty if that gains nothing
   * @param policy its Content-Security-Policy
   */
  private record Asset(
      String type,
      byte[] plain,
      Optional<byte[]> packed,
      String tag,
      String caching,
      String policy) {}

  /** A site of files by their paths. */
  StaticSite(SortedMap<String, byte[]> files) {
    Map<String, String> policies = policies(files);
    files.forEach(
        (path, bytes) -> {
          if (!path.equals(POLICIES)) {
            assets.put(path, asset(path, bytes, policies.getOrDefault(path, NOTHING_ALLOWED)));
          }
          String[] parts = path.split("/", -1);
          if (parts.length > 3 && parts[2].equals(PLACEHOLDER)) {
            dynamic.add(parts[1]);
          }
        });
  }

  private static Map<String, String> policies(SortedMap<String, byte[]> files) {
    Map<String, String> policies = new TreeMap<>();
    Optional.ofNullable(files.get(POLICIES))
        .map(bytes -> ApiJson.parse(new String(bytes, StandardCharsets.UTF_8)))
        .ifPresent(
            json ->
                json.properties()
                    .forEach(page -> policies.put(page.getKey(), text(page.getValue()))));
    return policies;
  }

  private static String text(JsonNode policy) {
    return policy.stringValueOpt().orElse(NOTHING_ALLOWED);
  }

  private static Asset asset(String path, byte[] bytes, String policy) {
    String type =
        TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "application/octet-stream");
    Optional<byte[]> packed = Optional.empty();
    if (bytes.length >= WORTH_COMPRESSING
        && !type.startsWith("font/")
        && !type.equals("image/png")) {
      byte[] smaller = WebFiles.gzip(bytes);
      packed = smaller.length < bytes.length ? Optional.of(smaller) : Optional.empty();
    }
    return new Asset(
        type,
        bytes,
        packed,
        '"' + Digest.sha256(bytes).hex().substring(0, 20) + '"',
        path.startsWith(IMMUTABLE) ? "public, max-age=31536000, immutable" : "no-cache",
        policy);
  }

  /** Whether the pages were built into the jar. */
  boolean isEmpty() {
    return assets.isEmpty();
  }

  /** The answer to any path. */
  HttpReply answer(HttpCall call) {
    String path = mapped(call.path());
    if (path.endsWith("/")) {
      path += "index.html";
    }
    Optional<Asset> found = asset(path);
    if (found.isPresent()) {
      return reply(200, found.get(), call);
    }
    if (asset(path + "/index.html").isPresent()) {
      return redirect(call);
    }
    return asset(NOT_FOUND)
        .map(page -> reply(404, page, call))
        .orElseGet(() -> Replies.error(404, "there is no such page"));
  }

  private Optional<Asset> asset(String path) {
    return Optional.ofNullable(assets.get(path));
  }

  /** {@code /windows/12/…} is {@code /windows/_/…}, unless such a file is there itself. */
  private String mapped(String path) {
    String[] parts = path.split("/", 4);
    if (parts.length < 3
        || parts[2].isEmpty()
        || !dynamic.contains(parts[1])
        || assets.containsKey(path)) {
      return path;
    }
    String rest = parts.length > 3 ? "/" + parts[3] : "";
    return "/" + parts[1] + "/" + PLACEHOLDER + rest;
  }

  /** A page's address ends with a slash; the links in it are relative to that. */
  private static HttpReply redirect(HttpCall call) {
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("location", encoded(call.path()) + "/");
    headers.put("content-length", "0");
    headers.put("cache-control", "no-cache");
    return new HttpReply(308, headers, Flux.empty());
  }

  /** As a header can hold it. A path has one leading slash, so it names no other host. */
  private static String encoded(String path) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "/-._~".indexOf(c) >= 0;
      encoded.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return encoded.toString();
  }

  private static HttpReply reply(int status, Asset asset, HttpCall call) {
    if (status == 200 && Replies.matches(call.header("if-none-match"), asset.tag())) {
      return Replies.unchanged(asset.tag());
    }
    boolean gzip =
        asset.packed().isPresent()
            && call.header("accept-encoding").orElse("").matches("(?i).*\\bgzip\\b(?!;q=0).*");
    byte[] body = gzip ? asset.packed().orElse(asset.plain()) : asset.plain();
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", asset.type());
    headers.put("content-length", Integer.toString(body.length));
    headers.put("cache-control", status == 200 ? asset.caching() : "no-cache");
    headers.put("vary", "accept-encoding");
    headers.put("content-security-policy", asset.policy());
    headers.put("x-content-type-options", "nosniff");
    headers.put("referrer-policy", "no-referrer");
    headers.put("cross-origin-opener-policy", "same-origin");
    headers.put("cross-origin-resource-policy", "same-origin");
    headers.put("permissions-policy", "camera=(), geolocation=(), microphone=()");
    if (status == 200) {
      headers.put("etag", asset.tag());
    }
    if (gzip) {
      headers.put("content-encoding", "gzip");
    }
    return new HttpReply(status, headers, Flux.defer(() -> Flux.just(ByteBuffer.wrap(body))));
  }
}
