package org.example.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file: its format, what crashes leave in it, and several that use it at a time. */
final class ArchiveTest {
  private static final BlobKey FIRST = new BlobKey("first");
  private static final BlobKey SECOND = new BlobKey("second");

  @TempDir private Path directory;

  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("objects.archive");
  }

  private static void put(Archive archive, BlobKey key, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    BlobRef ref = new BlobRef(key, Digest.sha256(bytes), bytes.length);
    Spool spool = Spool.create(archive.directory(), ref);
    spool.write(ByteBuffer.wrap(bytes));
    spool.verify();
    archive.append(ref, spool);
    spool.close();
  }

  private static List<BlobKey> keys(Archive archive) throws IOException {
    return List.copyOf(archive.entries().keySet());
  }

  @Test
  void hasTheDocumentedFormat() throws IOException {
    Archive archive = Archive.open(file);
    put(archive, new BlobKey("a/b"), "hello");
    archive.delete(new BlobKey("a/b"));
    String magic = "4855424152433031";
    String mark = "7265636f72646564";
    String object =
        // checksum, kind, key length, length
        "0a645a83"
            + "0000"
            + "0300"
            + "0500000000000000"
            // SHA-256 of "hello"
            + "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
            // "a/b", "hello"; they end at a multiple of 8
            + "612f62"
            + "68656c6c6f";
    String deletion =
        "e0940fb2"
            + "0100"
            + "0300"
            + "0000000000000000"
            + "00".repeat(32)
            + "612f62"
            + "0000000000";
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
        .isEqualTo(magic + mark + object + mark + deletion);
  }

  @Test
  void archivesOpenAtATimeSeeEachOthersObjects() throws IOException {
    Archive one = Archive.open(file);
    Archive other = Archive.open(file);
    put(one, FIRST, "one");
    put(other, SECOND, "other");
    assertThat(keys(one)).containsExactly(FIRST, SECOND).isEqualTo(keys(other));
    other.delete(FIRST);
    assertThat(keys(one)).containsExactly(SECOND);
    assertThatThrownBy(() -> put(one, SECOND, "another"))
        .isInstanceOfSatisfying(
            HubException.class,
            taken -> assertThat(taken.code()).isEqualTo(ErrorCode.STORAGE_ALREADY_EXISTS));
  }

  /** Whatever part of an append reached the disk, what was acknowledged before is there. */
  @Test
  void aCrashAtAnyByteLosesNothingThatWasAcknowledged() throws IOException {
    Archive archive = Archive.open(file);
    put(archive, FIRST, "kept");
    byte[] before = Files.readAllBytes(file);
    put(archive, SECOND, "being written");
    byte[] whole = Files.readAllBytes(file);
    byte[] unmarked = whole.clone();
    Arrays.fill(unmarked, before.length, before.length + RecordHeader.MARK_BYTES, (byte) 0);
    for (int length = before.length; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(unmarked, length));
      Archive recovered = Archive.open(file);
      assertThat(keys(recovered)).as("after %d bytes", length).containsExactly(FIRST);
      put(recovered, SECOND, "being written");
      assertThat(Files.readAllBytes(file)).as("after %d bytes", length).isEqualTo(whole);
    }
  }

  @Test
  void aCrashWhileTheFileIsMadeLeavesOneThatCanBeUsed() throws IOException {
    for (int length = 0; length < RecordHeader.MAGIC.length; length++) {
      Files.write(file, Arrays.copyOf(RecordHeader.MAGIC, length));
      assertThat(keys(Archive.open(file))).isEmpty();
    }
  }

  /** Damage to a record is told, not taken for a crash: a crash may be cut off, damage may not. */
  @Test
  void damageToAHeaderIsToldAndNothingIsCutOff() throws IOException {
    Archive archive = Archive.open(file);
    put(archive, FIRST, "one");
    put(archive, SECOND, "two");
    byte[] whole = Files.readAllBytes(file);
    int header = 64;
    for (int at = RecordHeader.MAGIC.length; at < header; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(file, damaged);
      assertThatThrownBy(() -> Archive.open(file))
          .as("byte %d", at)
          .isInstanceOfSatisfying(
              HubException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.STORAGE_CORRUPT))
          .hasMessageContaining("damaged at byte 8");
      assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }
  }

  @Test
  void anotherFileIsNotTakenForAnArchive() throws IOException {
    for (String text : List.of("my diary, 2026", "diary", "H-")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Archive.open(file)).hasMessageContaining("is no archive");
      assertThat(file).hasContent(text);
    }
  }
}
