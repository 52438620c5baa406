package io.vramhub.node.http;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/** A command's side of the operator's door. Every call waits for its answer. */
public final class AdminClient implements AutoCloseable {
  private static final Duration REPORT_WITHIN = Duration.ofSeconds(10);
  private static final int REFUSED = 422;

  private final AdminFile node;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private AdminClient(AdminFile node) {
    this.node = node;
  }

  /**
   * The node that runs on a data directory; empty if none does.
   *
   * @param file the directory's {@code admin.json}
   */
  public static Optional<AdminClient> find(Path file) {
    return AdminFile.read(file).map(AdminClient::new);
  }

  /** The plugins of the node that runs on a data directory; empty if none does. */
  public static Optional<PluginsReport> report(Path file) {
    return find(file)
        .map(
            client -> {
              try (client) {
                return client.plugins();
              }
            });
  }

  /** The node that must run. */
  public static AdminClient require(Path file) {
    return find(file)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.PREFLIGHT_FAILED,
                    "no node runs on "
                        + file.toAbsolutePath().normalize().getParent()
                        + "; name the --data-dir of a running devnet or node"));
  }

  /** The plugins of the node. */
  public PluginsReport plugins() {
    HttpRequest request = request("/plugins").timeout(REPORT_WITHIN).GET().build();
    return answered(
        request, lines -> parse(lines.collect(Collectors.joining("\n")), PluginsReport.class));
  }

  /** Makes the node look at its plugins directories. */
  public void scan(boolean wait, Consumer<AdminNote> notes) {
    order("/plugins/scan", BodyPublishers.noBody(), wait, notes);
  }

  /** Swaps the plugin of a slot. */
  public void swap(SwapOrder order, boolean wait, Consumer<AdminNote> notes) {
    order(
        "/plugins/swap",
        BodyPublishers.ofString(AdminJson.MAPPER.writeValueAsString(order)),
        wait,
        notes);
  }

  /** Makes the node read its configuration again. */
  public void reload(boolean wait, Consumer<AdminNote> notes) {
    order("/config/reload", BodyPublishers.noBody(), wait, notes);
  }

  /**
   * Gives an order and passes its notes on as they come.
   *
   * @param wait whether the outcome of swaps is waited for, however long their window takes
   */
  private void order(String path, BodyPublisher body, boolean wait, Consumer<AdminNote> notes) {
    answered(
        request(path + "?wait=" + wait).POST(body).build(),
        lines -> {
          lines.map(line -> parse(line, AdminNote.class)).forEach(notes);
          return path;
        });
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(node.address().resolve(target))
        .header("authorization", "Bearer " + node.token());
  }

  /** What the reader makes of the lines of a good answer, read as they come. */
  private <T> T answered(HttpRequest request, Function<Stream<String>, T> reader) {
    try {
      HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() != 200) {
          throw refused(response.statusCode(), lines.collect(Collectors.joining("\n")));
        }
        return reader.apply(lines);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new HubException(
          ErrorCode.PREFLIGHT_FAILED,
          "the node at "
              + node.address()
              + " does not answer, or ended meanwhile: "
              + e.getMessage(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException(ErrorCode.PREFLIGHT_FAILED, "interrupted while the node worked", e);
    }
  }

  private static HubException refused(int status, String body) {
    if (status == REFUSED) {
      AdminJson.Refusal refusal = parse(body, AdminJson.Refusal.class);
      return new HubException(refusal.code(), refusal.message());
    }
    return new HubException(
        ErrorCode.INVARIANT_BROKEN,
        "the node answers with status " + status + ": " + body.strip() + "; see its vramhub.log");
  }

  private static <T> T parse(String json, Class<T> type) {
    try {
      return AdminJson.MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw new HubException(
          ErrorCode.PREFLIGHT_FAILED,
          "the node's answer is not understood; is it older or newer than this command?",
          e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
