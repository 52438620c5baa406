package io.vramhub.storage.r2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.Digest;
import io.vramhub.storage.r2.UploadNotes.ArrivedPart;
import io.vramhub.storage.r2.UploadNotes.Note;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UploadNotesTest {
  private static final int PART = 5 << 20;
  private static final BlobRef REF =
      new BlobRef(new BlobKey("checkpoints/7"), Digest.sha256(new byte[] {1}), 2L * PART);
  private static final ArrivedPart ARRIVED =
      new ArrivedPart(1, Digest.sha256(new byte[] {2}), "\"tag with spaces\"");

  @TempDir private Path home;

  /** At a time when every file is older than a day. */
  private UploadNotes notes() {
    return new UploadNotes(
        home,
        new Location(URI.create("https://acc.example"), "vram", "miner-7/"),
        Clock.fixed(Instant.parse("2100-01-01T00:00:00Z"), ZoneOffset.UTC));
  }

  @Test
  void anUploadIsFoundAgainWithTheLinesThatADiskHolds() throws IOException {
    Note begun = notes().begin(REF, PART, "upload-1");
    notes().arrived(begun, ARRIVED);
    assertThat(Files.readString(begun.file()))
        .isEqualTo(
            "vramhub-upload 1 upload-1 10485760"
                + " 4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a 5242880"
                + " https://acc.example/vram/miner-7/ checkpoints/7\n"
                + "1 dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986"
                + " \"tag with spaces\"\n");
    assertThat(notes().find(REF, PART).orElseThrow())
        .satisfies(found -> assertThat(found.upload()).isEqualTo("upload-1"))
        .satisfies(found -> assertThat(found.parts()).containsExactly(ARRIVED));
    assertThat(notes().abandoned()).extracting(Note::key).containsExactly(REF.key());
    notes().forget(begun);
    assertThat(notes().find(REF, PART)).isEmpty();
  }

  @Test
  void otherBytesOrPartsAreAnotherUpload() {
    notes().begin(REF, PART, "upload-1");
    assertThat(notes().find(new BlobRef(REF.key(), Digest.ZERO, REF.length()), PART)).isEmpty();
    assertThat(notes().find(REF, PART + 1)).isEmpty();
  }

  @Test
  void aChangedFileIsReadAsFarAsItGoes() throws IOException {
    Note begun = notes().begin(REF, PART, "upload-1");
    notes().arrived(begun, ARRIVED);
    byte[] whole = Files.readAllBytes(begun.file());
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      byte[] changed = Arrays.copyOf(whole, random.nextInt(whole.length));
      if (changed.length > 0) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(128);
      }
      Files.write(begun.file(), changed);
      assertThatCode(
              () -> {
                notes().find(REF, PART);
                notes().abandoned();
              })
          .doesNotThrowAnyException();
    }
  }
}
