package io.vramhub.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.PageRange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ManifestFormatTest {
  private static final DatasetManifest MANIFEST =
      new DatasetManifest(
          "speeches",
          "CC0-1.0",
          digest("tokenizer"),
          256,
          2,
          128,
          List.of(
              new DatasetManifest.Shard("train-0.tokens", 19 * 256, digest("train")),
              new DatasetManifest.Shard("heldout-0.tokens", 256, digest("heldout"))),
          new PageRange(0, 19),
          new PageRange(19, 1),
          digest("root"));

  private static final String TEXT =
      """
      {
          "format" : "vramhub-dataset/1",
          "heldout" : {
              "count" : 1,
              "first" : 19
          },
          "licence" : "CC0-1.0",
          "name" : "speeches",
          "page-tokens" : 128,
          "root" : "4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2",
          "shards" : [
              {
                  "digest" : "TRAIN",
                  "file" : "train-0.tokens",
                  "length" : 4864
              },
              {
                  "digest" : "HELDOUT",
                  "file" : "heldout-0.tokens",
                  "length" : 256
              }
          ],
          "token-bytes" : 2,
          "tokenizer" : "TOKENIZER",
          "train" : {
              "count" : 19,
              "first" : 0
          },
          "vocabulary" : 256
      }
      """
          .replace("TRAIN", digest("train").hex())
          .replace("HELDOUT", digest("heldout").hex())
          .replace("TOKENIZER", digest("tokenizer").hex());

  @Test
  void textIsFrozen() {
    assertThat(ManifestFormat.write(MANIFEST)).isEqualTo(TEXT);
  }

  @Test
  void survivesTheRoundTrip() {
    assertThat(ManifestFormat.parse(TEXT)).isEqualTo(MANIFEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          vramhub-dataset/1|vramhub-dataset/2|'format'
          licence|license|'licence' is missing
          "vocabulary" : 256|"vocabulary" : "256"|'vocabulary' is a whole number
          "vocabulary" : 256|"vocabulary" : 256.5|'vocabulary' is a whole number
          "vocabulary" : 256|"vocabulary" : 65537|'vocabulary' is above 1
          "vocabulary" : 256|"vocabulary" : 256, "x" : 1|unknown keys [x]
          "length" : 256|"length" : 255|not whole pages
          "length" : 256|"length" : 0|not whole pages
          "length" : 256|"length" : 512|together are all pages
          train-0.tokens|../secret|not a plain file name
          heldout-0.tokens|train-0.tokens|names a file twice
          "first" : 19|"first" : 18|together are all pages
          "count" : 1,|"count" : 0,|a page range is not empty
          "token-bytes" : 2|"token-bytes" : 3|a token has 2 or 4 bytes
          "page-tokens" : 128|"page-tokens" : 1|'page-tokens'
          4813494d|4813494D|64 lower-case hex digits
          "train" : {|"train" : [|it is not JSON
          "file" : "train|"y" : 1, "file" : "train|unknown keys [y] in shards.
          """)
  void refusesAnotherTextWithItsReason(String from, String to, String reason) {
    assertThat(TEXT).contains(from);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> ManifestFormat.parse(TEXT.replace(from, to)))
        .withMessageContaining(reason)
        .withMessageContaining("vramhub dataset prepare")
        .extracting(HubException::code)
        .isEqualTo(ErrorCode.DATASET_INVALID);
  }

  @Test
  void mutatedTextGivesAnErrorOrAValidManifest() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(TEXT);
      text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
      try {
        DatasetManifest manifest = ManifestFormat.parse(text.toString());
        assertThat(ManifestFormat.parse(ManifestFormat.write(manifest))).isEqualTo(manifest);
      } catch (HubException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.DATASET_INVALID);
      }
    }
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }
}
