package io.vramhub.kernel.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.journal.SigningGuard.Duty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SigningGuardTest {
  private static final Digest ONE = Digest.sha256(new byte[] {1});
  private static final Digest OTHER = Digest.sha256(new byte[] {2});
  private static final Duty COMMIT = new Duty(Role.MINER, 1, new WindowId(5), "commit-gradient");

  @TempDir Path directory;

  @Test
  void admitsOneMessagePerDuty() {
    try (SigningGuard guard = SigningGuard.open(directory)) {
      assertThat(guard.admits(COMMIT, ONE)).isTrue();
      assertThat(guard.admits(COMMIT, ONE)).isTrue();
      assertThat(guard.admits(COMMIT, OTHER)).isFalse();
      assertThat(guard.admits(COMMIT, ONE)).isTrue();
    }
  }

  @Test
  void tellsDutiesApart() {
    try (SigningGuard guard = SigningGuard.open(directory)) {
      assertThat(guard.admits(COMMIT, ONE)).isTrue();
      assertThat(
              guard.admits(new Duty(Role.VALIDATOR, 1, new WindowId(5), "commit-gradient"), OTHER))
          .isTrue();
      assertThat(guard.admits(new Duty(Role.MINER, 2, new WindowId(5), "commit-gradient"), OTHER))
          .isTrue();
      assertThat(guard.admits(new Duty(Role.MINER, 1, new WindowId(6), "commit-gradient"), OTHER))
          .isTrue();
      assertThat(guard.admits(new Duty(Role.MINER, 1, new WindowId(5), "other"), OTHER)).isTrue();
    }
  }

  @Test
  void remembersAcrossRestarts() {
    try (SigningGuard guard = SigningGuard.open(directory)) {
      guard.admits(COMMIT, ONE);
    }
    try (SigningGuard guard = SigningGuard.open(directory)) {
      assertThat(guard.admits(COMMIT, OTHER)).isFalse();
      assertThat(guard.admits(COMMIT, ONE)).isTrue();
    }
  }

  @Test
  void admitsOnlyOneOfManyThatAskAtOnce() throws Exception {
    try (SigningGuard guard = SigningGuard.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      var answers =
          threads.invokeAll(
              IntStream.range(0, 16)
                  .mapToObj(
                      number ->
                          (Callable<Boolean>)
                              () -> guard.admits(COMMIT, Digest.sha256(new byte[] {(byte) number})))
                  .toList());
      int admitted = 0;
      for (Future<Boolean> answer : answers) {
        admitted += answer.get() ? 1 : 0;
      }
      assertThat(admitted).isEqualTo(1);
    }
  }

  @Test
  void signsNothingWhileItsFileIsDamaged() throws IOException {
    try (SigningGuard guard = SigningGuard.open(directory)) {
      guard.admits(COMMIT, ONE);
    }
    Path file = directory.resolve("guard.log");
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length - 1] ^= 1;
    Files.write(file, whole);
    assertThatThrownBy(() -> SigningGuard.open(directory))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOURNAL_CORRUPT));
  }

  @Test
  void refusesWhenTheIntentCannotBeWritten() {
    SigningGuard guard = SigningGuard.open(directory);
    guard.close();
    assertThatThrownBy(() -> guard.admits(COMMIT, ONE))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK));
  }
}
