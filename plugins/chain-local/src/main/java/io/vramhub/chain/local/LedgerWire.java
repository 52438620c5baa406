package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Receipt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the ledger's server and its clients say to each other: JSON with one record a line, so that
 * {@code curl} shows a chain as text.
 */
final class LedgerWire {
  static final String HEAD = "/head";
  static final String EVENTS = "/events";
  static final String SUBMIT = "/submit";
  static final String FAUCET = "/faucet";
  static final String BINARY = "application/octet-stream";
  static final String JSON = "application/json";
  static final String JSON_LINES = "application/x-ndjson";

  private final EventJson events = new EventJson();

  private record Line(long sequence, long timeMs, String kind, JsonNode event) {}

  /** A receipt: what happened, or the abort. */
  private record ReceiptLine(String receipt, Optional<AbortCode> code, Optional<String> message) {}

  /** A request for test coins, in base units. */
  record FaucetRequest(Address recipient, Coins amount) {}

  private record Failure(String error, String message) {}

  String head(ChainHead head) {
    return write(head);
  }

  ChainHead readHead(String text) {
    return read("head", text, ChainHead.class);
  }

  /** One line a record. */
  String records(List<ChainRecord> records) {
    StringBuilder lines = new StringBuilder();
    for (ChainRecord at : records) {
      lines
          .append("{\"sequence\":")
          .append(at.sequence())
          .append(",\"timeMs\":")
          .append(at.timeMs())
          .append(",\"kind\":\"")
          .append(EventJson.kind(at.event()))
          .append("\",\"event\":")
          .append(events.write(at.event()))
          .append("}\n");
    }
    return lines.toString();
  }

  List<ChainRecord> readRecords(String text) {
    List<ChainRecord> records = new ArrayList<>();
    text.lines().forEach(line -> records.add(record(read("event", line, Line.class))));
    return List.copyOf(records);
  }

  private ChainRecord record(Line line) {
    return new ChainRecord(
        line.sequence(), line.timeMs(), events.read(line.kind(), line.event().toString()));
  }

  /** The outcome on the first line, then the records. */
  String receipt(Receipt receipt) {
    return switch (receipt) {
      case Receipt.Executed executed ->
          write(new ReceiptLine("executed", Optional.empty(), Optional.empty()))
              + "\n"
              + records(executed.records());
      case Receipt.Aborted aborted ->
          write(
                  new ReceiptLine(
                      "aborted", Optional.of(aborted.code()), Optional.of(aborted.message())))
              + "\n";
    };
  }

  Receipt readReceipt(String text) {
    int end = text.indexOf('\n');
    if (end < 0) {
      throw new HubException(ErrorCode.MESSAGE_INVALID, "receipt: it ends early");
    }
    ReceiptLine first = read("receipt", text.substring(0, end), ReceiptLine.class);
    if (first.code().isPresent() && first.message().isPresent()) {
      return new Receipt.Aborted(first.code().get(), first.message().get());
    }
    return new Receipt.Executed(readRecords(text.substring(end + 1)));
  }

  String faucet(FaucetRequest request) {
    return write(request);
  }

  FaucetRequest readFaucet(byte[] body) {
    return read("faucet request", new String(body, StandardCharsets.UTF_8), FaucetRequest.class);
  }

  String failure(HubException failure) {
    return write(new Failure(failure.code().name(), String.valueOf(failure.getMessage())));
  }

  /** The failure a server reported; {@code CHAIN_UNAVAILABLE} if it is not one of ours. */
  HubException readFailure(int status, String text) {
    try {
      Failure failure = events.parse("failure", text, Failure.class);
      Optional<ErrorCode> code =
          Stream.of(ErrorCode.values())
              .filter(each -> each.name().equals(failure.error()))
              .findFirst();
      if (code.isPresent()) {
        return new HubException(code.get(), failure.message());
      }
    } catch (HubException e) {
      return foreign(status, e);
    }
    return foreign(status, null);
  }

  private static HubException foreign(int status, @Nullable Throwable cause) {
    return new HubException(
        ErrorCode.CHAIN_UNAVAILABLE,
        "the ledger's address answers " + status + ", and not as a ledger does",
        cause);
  }

  private String write(Object value) {
    return events.text(value);
  }

  private <T> T read(String what, String text, Class<T> type) {
    return events.parse(what, text, type);
  }
}
