package io.vramhub.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/windows/12, /windows/12",
    "/windows/, /windows/",
    "//evil.example/x, /evil.example/x",
    "/a/./b, /a/b",
    "/a/../../b, /b",
    "/a/b/.., /a/",
    "/%2e%2E/etc/passwd, /etc/passwd",
    "/a%20b/%C3%BC, /a b/ü"
  })
  void pathIsDecodedAndHasNoDotSegments(String target, String path) {
    assertThat(RequestTarget.parse(target).path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "http://evil.example/",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/%",
        "/%4",
        "/%zz",
        "/%ff",
        "/%00",
        "/a%0d%0aset-cookie:x",
        "/ü",
        "/?a=%ff"
      })
  void whatCouldBeReadInTwoWaysIsRefused(String target) {
    assertThatThrownBy(() -> RequestTarget.parse(target))
        .isInstanceOfSatisfying(
            RefusedRequest.class, refused -> assertThat(refused.status()).isEqualTo(400));
  }

  @Test
  void parametersKeepTheirOrderAndMayRepeat() {
    var query = RequestTarget.parse("/?miner=2&miner=1&text=a+b%26c&&flag&empty=").query();

    assertThat(query)
        .containsEntry("miner", List.of("2", "1"))
        .containsEntry("text", List.of("a b&c"))
        .containsEntry("flag", List.of(""))
        .containsEntry("empty", List.of(""))
        .hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:80", "127.0.0.1:4322", "127.8.8.8", "[::1]", "[::1]:1"})
  void loopbackHasItsNames(String host) {
    assertThat(LoopbackHosts.contain(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        "::1",
        "localhost:80:80",
        "localhost@evil.example"
      })
  void otherNamesAreNotLoopback(String host) {
    assertThat(LoopbackHosts.contain(host)).isFalse();
  }
}
