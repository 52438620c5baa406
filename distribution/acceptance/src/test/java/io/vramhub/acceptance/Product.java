package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The assembled product, run as its user runs it. */
final class Product {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path home;
  private final Path workspace;

  /**
   * @param workspace where processes run and leave their output
   */
  Product(Path workspace) {
    this.home = Path.of(System.getProperty("vramhub.product"));
    this.workspace = workspace;
    assertThat(home.resolve("bin/vramhub")).exists();
  }

  /** Runs a command to its end. */
  Outcome run(Duration limit, String... arguments) {
    return start(arguments).await(limit);
  }

  /** Starts a command and leaves it running. */
  Running start(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/vramhub").toString());
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile(workspace, "out", ".txt");
      Path err = Files.createTempFile(workspace, "err", ".txt");
      Process process =
          new ProcessBuilder(command)
              .directory(workspace.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      return new Running(command, process, out, err);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A command under way. */
  record Running(List<String> command, Process process, Path out, Path err) {
    Outcome await(Duration limit) {
      try {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
          kill();
          throw new AssertionError(
              "not done after " + limit + ": " + command + "\n" + read(err) + read(out));
        }
      } catch (InterruptedException e) {
        kill();
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      return new Outcome(process.exitValue(), read(out), read(err));
    }

    /** kill -9 of the process and what it started. */
    void kill() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.onExit().join();
    }

    /** Everything printed so far. */
    String printed() {
      return read(out) + read(err);
    }

    private static String read(Path file) {
      try {
        return Files.readString(file, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** What a finished command said. */
  record Outcome(int exitCode, String out, String err) {
    Outcome succeeded() {
      assertThat(exitCode).as("%s%s", out, err).isZero();
      return this;
    }

    JsonNode json() {
      return JSON.readTree(out);
    }
  }
}
