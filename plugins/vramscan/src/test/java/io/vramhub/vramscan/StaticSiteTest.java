package io.vramhub.vramscan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

final class StaticSiteTest {
  private static final String POLICY = "default-src 'none'; script-src 'self' 'sha256-x'";

  private final StaticSite site = new StaticSite(files());

  private static SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    Map.of(
            "/index.html", "home",
            "/404.html", "lost",
            "/csp.json", "{\"/index.html\": \"" + POLICY + "\"}",
            "/windows/index.html", "all windows",
            "/windows/_/index.html", "one window",
            "/windows/_/__next.windows.$d$window.txt", "data",
            "/windows/__next._tree.txt", "tree",
            "/_next/static/a1b2.js", "x".repeat(5_000))
        .forEach((path, text) -> files.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return files;
  }

  private HttpReply get(String path, Map<String, String> headers) {
    SortedMap<String, List<String>> lines = new TreeMap<>();
    headers.forEach((name, value) -> lines.put(name, List.of(value)));
    return site.answer(new HttpCall("GET", path, new TreeMap<>(), lines, Flux.empty()));
  }

  private HttpReply get(String path) {
    return get(path, Map.of());
  }

  @Test
  void aFolderIsItsIndexAndGetsItsSlash() {
    assertThat(OpenedScan.text(get("/"))).isEqualTo("home");
    assertThat(OpenedScan.text(get("/windows/"))).isEqualTo("all windows");
    assertThat(get("/windows").status()).isEqualTo(308);
    assertThat(get("/windows").headers()).containsEntry("location", "/windows/");
  }

  @Test
  void everyFileBelowOneThingIsThatOfThePlaceholder() {
    assertThat(OpenedScan.text(get("/windows/12/"))).isEqualTo("one window");
    assertThat(OpenedScan.text(get("/windows/12/__next.windows.$d$window.txt"))).isEqualTo("data");
    assertThat(get("/windows/12").headers()).containsEntry("location", "/windows/12/");
    assertThat(get("/windows/ü").headers()).containsEntry("location", "/windows/%C3%BC/");
  }

  @Test
  void aFileThatIsThereIsNotMistakenForAThing() {
    assertThat(OpenedScan.text(get("/windows/__next._tree.txt"))).isEqualTo("tree");
  }

  @Test
  void whatIsNotThereIsThePageThatSaysSo() {
    for (String path :
        List.of(
            "/nothing",
            "/windows/12/nothing.txt",
            "/../index.html",
            "/..%2findex.html",
            "/csp.json")) {
      HttpReply reply = get(path);
      assertThat(reply.status()).as(path).isEqualTo(404);
      assertThat(OpenedScan.text(reply)).isEqualTo("lost");
      assertThat(reply.headers()).doesNotContainKey("etag");
    }
  }

  @Test
  void everyPageHasItsPolicyAndWhatHasNoneMayDoNothing() {
    assertThat(get("/").headers())
        .containsEntry("content-security-policy", POLICY)
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("referrer-policy", "no-referrer");
    assertThat(get("/windows/").headers().get("content-security-policy"))
        .startsWith("default-src 'none'");
  }

  @Test
  void onlyWhatIsNamedByItsContentIsCachedForGood() {
    assertThat(get("/_next/static/a1b2.js").headers().get("cache-control")).contains("immutable");
    assertThat(get("/").headers()).containsEntry("cache-control", "no-cache");
  }

  @Test
  void whatABrowserHasIsNotSentAgain() {
    String tag = get("/").headers().get("etag");
    assertThat(get("/", Map.of("if-none-match", "\"other\", W/" + tag)).status()).isEqualTo(304);
    assertThat(get("/", Map.of("if-none-match", "\"other\"")).status()).isEqualTo(200);
  }

  @Test
  void isCompressedForWhoUnderstandsItAndOnlyIfThatGains() throws IOException {
    HttpReply packed = get("/_next/static/a1b2.js", Map.of("accept-encoding", "br, gzip"));
    assertThat(packed.headers()).containsEntry("content-encoding", "gzip");
    byte[] bytes = OpenedScan.bytes(packed);
    assertThat(packed.headers()).containsEntry("content-length", Integer.toString(bytes.length));
    assertThat(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes()).hasSize(5_000);
    assertThat(get("/_next/static/a1b2.js").headers()).doesNotContainKey("content-encoding");
    assertThat(get("/", Map.of("accept-encoding", "gzip")).headers())
        .doesNotContainKey("content-encoding");
  }
}
