package io.vramhub.kernel.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.protocol.data.ManifestFormat;
import io.vramhub.protocol.data.PageTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetTest {
  private static final int PAGE = 16;
  private static final DatasetWriter WRITER = new DatasetWriter("sample", "CC0-1.0", PAGE, 40);

  @TempDir private Path home;

  @BeforeEach
  void writeText() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder("Document " + i + " — ");
      int words = 5 + random.nextInt(12);
      for (int word = 0; word < words; word++) {
        text.append(Integer.toString(random.nextInt(40_000), 36)).append(' ');
      }
      text("speeches/" + i % 3 + "/" + i + ".txt", text.toString());
    }
  }

  /** Computed by an independent Python program. */
  @Test
  void bytesAreFrozen() throws IOException {
    Path alphabet = Files.createDirectories(home.resolve("alphabet"));
    Files.writeString(alphabet.resolve("a.txt"), "abcdefghijklmnopqrstuvwxyz0123456789");
    DatasetManifest manifest = WRITER.write(alphabet, dataset(), DatasetProgress.NONE);
    assertThat(manifest.shards())
        .extracting(DatasetManifest.Shard::file)
        .containsExactly("train-00000-f80bce06.tokens", "heldout-00000-6c17a68a.tokens");
    assertThat(manifest.root().hex())
        .isEqualTo("ec24d03653eb3d90395f53c95f23c265f2a04a225f38efd428a9b49bbc42be3d");
    assertThat(manifest.tokenizer().hex())
        .isEqualTo("6fc125e1b243bb5019a0de567ce9debfbc1f09fdc1d800aec69509bb7ecbd39a");
    assertThat(Files.readString(dataset().resolve(LocalDataset.MANIFEST)))
        .isEqualTo(ManifestFormat.write(manifest));
  }

  @Test
  void pagesHoldTheTextOfWholeFilesEachOnOneSide() throws IOException {
    DatasetManifest manifest = prepare();
    LocalDataset dataset = LocalDataset.open(dataset());
    String train = text(dataset, 0, manifest.train().count());
    String heldout = text(dataset, manifest.heldout().first(), manifest.heldout().count());

    int whole = 0;
    long heldoutBytes = 0;
    for (Path file : textFiles()) {
      String document = Files.readString(file, StandardCharsets.ISO_8859_1) + "\0";
      assertThat(train.contains(document) && heldout.contains(document)).isFalse();
      whole += train.contains(document) || heldout.contains(document) ? 1 : 0;
      heldoutBytes += heldout.contains(document) ? document.length() : 0;
    }
    // The last page of either side is rarely full, so the last document may be cut.
    assertThat(whole).isBetween(58, 60);
    double share = (double) heldoutBytes / (train.length() + heldout.length());
    assertThat(share).isBetween(0.02, 0.055);
  }

  @Test
  void theSameTextGivesTheSameDatasetWhereverItLies() throws IOException {
    DatasetManifest first = prepare();
    Path copy = home.resolve("elsewhere");
    for (Path file : textFiles()) {
      Path target = copy.resolve(source().relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
    Files.writeString(copy.resolve("PROVENANCE.md"), "not part of the text");
    assertThat(WRITER.write(copy, home.resolve("other"), DatasetProgress.NONE)).isEqualTo(first);
  }

  @Test
  void everyPageIsProvenAgainstTheRoot() {
    DatasetManifest manifest = prepare();
    LocalDataset dataset = LocalDataset.open(dataset());
    assertThat(dataset.manifest()).isEqualTo(manifest);
    for (long page = 0; page < manifest.pages(); page++) {
      assertThat(PageTree.verifies(dataset.proven(page), manifest.root(), manifest.pages()))
          .isTrue();
      assertThat(dataset.proven(page).tokens()).isEqualTo(dataset.page(page));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> dataset.page(manifest.pages()));
    assertThatIllegalArgumentException().isThrownBy(() -> dataset.page(-1));
  }

  @Test
  void batchHasThePagesAsRows() {
    prepare();
    LocalDataset dataset = LocalDataset.open(dataset());
    TokenBatch batch = dataset.batch(new long[] {41, 0});
    assertThat(batch.sequences()).isEqualTo(2);
    assertThat(batch.length()).isEqualTo(PAGE);
    byte[] page = dataset.page(41).array();
    for (int i = 0; i < PAGE; i++) {
      assertThat(batch.tokens()[i]).isEqualTo(Byte.toUnsignedInt(page[2 * i]));
      assertThat(page[2 * i + 1]).isZero();
    }
  }

  @Test
  void progressGrowsToTheTotal() throws IOException {
    text("large.txt", "x".repeat(3 << 20));
    List<Long> heard = new ArrayList<>();
    long[] total = new long[1];
    new DatasetWriter("sample", "CC0-1.0", 128)
        .write(
            source(),
            dataset(),
            (done, of) -> {
              heard.add(done);
              total[0] = of;
            });
    assertThat(heard).hasSizeGreaterThan(5).isSorted().endsWith(total[0]);
    heard.clear();
    LocalDataset.open(
        dataset(),
        (done, of) -> {
          heard.add(done);
          total[0] = of;
        });
    assertThat(heard).isSorted().endsWith(total[0]);
  }

  @Test
  void preparingAgainReplacesTheDatasetAndLeavesNothingBehind() throws IOException {
    prepare();
    LocalDataset before = LocalDataset.open(dataset());
    byte[] page = before.page(0).array();
    text("speeches/0/0.txt", "Another beginning of the very first document.");
    DatasetManifest manifest = prepare();

    assertThat(before.page(0).array()).isEqualTo(page);
    assertThat(LocalDataset.open(dataset()).page(0).array()).isNotEqualTo(page);
    try (Stream<Path> files = Files.list(dataset())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      manifest.shards().stream().map(DatasetManifest.Shard::file),
                      Stream.of(LocalDataset.MANIFEST))
                  .toList());
    }
  }

  @Test
  void failedPreparationLeavesTheDatasetThatWasThere() throws IOException {
    DatasetManifest manifest = prepare();
    text("speeches/2/binary.txt", "text\0more");
    refuses(this::prepare, "binary.txt is not text: it has a zero byte");
    assertThat(LocalDataset.open(dataset()).manifest()).isEqualTo(manifest);
    try (Stream<Path> files = Files.list(dataset())) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".partial"));
    }
  }

  @Test
  void leftoversOfACutOffRunDoNotMatter() throws IOException {
    Files.createDirectories(dataset());
    Files.writeString(dataset().resolve(".train.partial"), "x".repeat(100_000));
    Files.writeString(dataset().resolve(".manifest.partial"), "x".repeat(100_000));
    DatasetManifest manifest = prepare();
    assertThat(LocalDataset.open(dataset()).manifest()).isEqualTo(manifest);
  }

  @Test
  void oneLargeFileIsHeldOutAtItsEnd() throws IOException {
    Path single = home.resolve("single");
    Files.createDirectories(single);
    Files.writeString(single.resolve("book.txt"), "abcdefghij".repeat(400));
    DatasetManifest manifest = WRITER.write(single, dataset(), DatasetProgress.NONE);
    assertThat(manifest.train().count()).isEqualTo((3_800 + 1) / PAGE);
    assertThat(manifest.heldout().count()).isEqualTo((200 + 1) / PAGE);
    assertThat(LocalDataset.open(dataset()).manifest()).isEqualTo(manifest);
  }

  @Test
  void refusesTextThatIsNoDataset() throws IOException {
    refuses(
        () -> WRITER.write(home.resolve("none"), dataset(), DatasetProgress.NONE),
        "is not a folder");
    Path folder = Files.createDirectories(home.resolve("empty"));
    refuses(
        () -> WRITER.write(folder, dataset(), DatasetProgress.NONE), "there is no .txt file below");
    Files.writeString(folder.resolve("a.txt"), "x".repeat(2 * PAGE - 1));
    refuses(() -> WRITER.write(folder, dataset(), DatasetProgress.NONE), "too little text: 31");
    Files.writeString(folder.resolve("a.txt"), "x".repeat(2 * PAGE));
    assertThat(WRITER.write(folder, dataset(), DatasetProgress.NONE).pages()).isEqualTo(2);
  }

  @Test
  void refusesEveryChangedByteAndNamesItsFile() throws IOException {
    DatasetManifest manifest = prepare();
    SplittableRandom random = new SplittableRandom(9);
    for (DatasetManifest.Shard shard : manifest.shards()) {
      Path file = dataset().resolve(shard.file());
      byte[] original = Files.readAllBytes(file);
      byte[] changed = original.clone();
      changed[random.nextInt(changed.length)] ^= 1;
      Files.write(file, changed);
      refusesToOpen(shard.file() + " has hash");
      Files.write(file, Arrays.copyOf(original, original.length - 1));
      refusesToOpen(shard.file() + " has " + (original.length - 1) + " bytes");
      Files.delete(file);
      refusesToOpen(shard.file() + " is missing");
      Files.write(file, original);
    }
    assertThat(LocalDataset.open(dataset()).manifest()).isEqualTo(manifest);
  }

  @Test
  void refusesShardsBehindLinks() throws IOException {
    DatasetManifest.Shard shard = prepare().shards().getFirst();
    Path moved = home.resolve("moved");
    Files.move(dataset().resolve(shard.file()), moved);
    Files.createSymbolicLink(dataset().resolve(shard.file()), moved);
    refusesToOpen("is missing or no regular file");
  }

  @Test
  void refusesManifestsThatContradictThePages() throws IOException {
    DatasetManifest manifest = prepare();
    Path file = dataset().resolve(LocalDataset.MANIFEST);
    String text = Files.readString(file);
    Files.writeString(file, text.replace(manifest.root().hex(), Digest.ZERO.hex()));
    refusesToOpen("names root " + Digest.ZERO);
    Files.writeString(file, text.replace("\"vocabulary\" : 256", "\"vocabulary\" : 100"));
    refusesToOpen("tokens outside the manifest's vocabulary of 100");
    Files.writeString(file, text.substring(1));
    refusesToOpen("it is not JSON");
    Files.delete(file);
    refusesToOpen("manifest.json is missing");
  }

  @Test
  void demandsTheDatasetOfTheNetwork() {
    DatasetManifest manifest = prepare();
    LocalDataset dataset = LocalDataset.open(dataset());
    dataset.demand(parameters(manifest.root(), manifest, 2, 256));
    refuses(
        () -> dataset.demand(parameters(Digest.ZERO, manifest, 2, 256)), "the network's is 0000");
    refuses(() -> dataset.demand(parameters(manifest.root(), manifest, 4, 256)), "cut or split");
    refuses(() -> dataset.demand(parameters(manifest.root(), manifest, 2, 255)), "256 token ids");
  }

  private void refusesToOpen(String reason) {
    refuses(() -> LocalDataset.open(dataset()), reason);
  }

  private static void refuses(ThrowingCallable call, String reason) {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(call)
        .withMessageContaining(reason)
        .extracting(HubException::code)
        .isEqualTo(ErrorCode.DATASET_INVALID);
  }

  private DatasetManifest prepare() {
    return WRITER.write(source(), dataset(), DatasetProgress.NONE);
  }

  private Path source() {
    return home.resolve("text");
  }

  private Path dataset() {
    return home.resolve("dataset");
  }

  private void text(String name, String text) throws IOException {
    Path file = source().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<Path> textFiles() throws IOException {
    try (Stream<Path> files = Files.walk(source())) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static String text(LocalDataset dataset, long first, long count) {
    StringBuilder text = new StringBuilder();
    for (long page = first; page < first + count; page++) {
      byte[] tokens = dataset.page(page).array();
      for (int i = 0; i < tokens.length; i += 2) {
        text.append((char) Byte.toUnsignedInt(tokens[i]));
      }
    }
    return text.toString();
  }

  private static NetworkParameters parameters(
      Digest root, DatasetManifest manifest, int tokenBytes, int vocabulary) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(0, 15_000, 10_500, 3_000),
        new NetworkParameters.Model(
            new ModelSpec(vocabulary, 1, 16, 2, 2, 16, PAGE, 10_000, 10_000, true),
            "topk-q2/1",
            32,
            2,
            2,
            950_000_000,
            100_000_000,
            1_000_000_000,
            15,
            250_000_000,
            4),
        new NetworkParameters.Data(
            root, tokenBytes, PAGE, manifest.train(), manifest.heldout(), 1, 1),
        new NetworkParameters.Scoring("strict-f32/1", 3, 2, 3, 900_000_000, 0, NanoNats.ZERO, 3),
        new NetworkParameters.Stake(Coins.whole(1), Coins.whole(10), 60_000),
        new NetworkParameters.Reward(4_000, 4_000, 2_000, new Address(Digest.ZERO)));
  }
}
