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
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The assembled product, run as its user runs it. */
final class Product {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The generations of the parallel collector, without the classes' own space. */
  private static final Pattern USED = Pattern.compile("Gen +total \\d+K, used (\\d+)K");

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

  /** The shipped jar of a plugin. */
  Path plugin(String id) {
    return home.resolve("plugins").resolve(id + ".jar");
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

    /** Waits until the text was printed. */
    void awaitLine(String text, Duration limit) {
      awaitMatch(Pattern.compile(Pattern.quote(text)), limit);
    }

    /** Waits until something that matches was printed, and tells what matched first. */
    MatchResult awaitMatch(Pattern pattern, Duration limit) {
      long deadline = System.nanoTime() + limit.toNanos();
      while (true) {
        Matcher matcher = pattern.matcher(printed());
        if (matcher.find()) {
          return matcher.toMatchResult();
        }
        assertThat(process.isAlive()).as(printed()).isTrue();
        assertThat(System.nanoTime()).as(printed()).isLessThan(deadline);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }

    /** KiB of the heap in use after a garbage collection. */
    long liveHeap() {
      diagnose("GC.run");
      Matcher used = USED.matcher(diagnose("GC.heap_info"));
      long sum = 0;
      while (used.find()) {
        sum += Long.parseLong(used.group(1));
      }
      return sum;
    }

    private String diagnose(String command) {
      try {
        Process jcmd =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(process.pid()),
                    command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(answer).isZero();
        return answer;
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
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
