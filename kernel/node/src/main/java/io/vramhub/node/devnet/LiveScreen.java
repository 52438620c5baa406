package io.vramhub.node.devnet;

import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.WindowResult;
import io.vramhub.node.Sentences;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.window.Phase;
import io.vramhub.protocol.window.WindowSchedule;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * One live screen: window and phase with a countdown, the miners, the held-out loss as a small
 * plot, the last events. Repainted by {@link #repaint}, which the devnet calls a few times a
 * second.
 */
final class LiveScreen implements DevnetConsole {
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String RESET = "\u001b[0m";
  private static final int EVENTS = 8;
  private static final int BAR = 40;
  private static final String SPARKS = "▁▂▃▄▅▆▇█";

  private final PrintWriter out;
  private final boolean color;
  private final DevnetPlan plan;
  private final LongSupplier chainTimeMs;
  private final Deque<String> events = new ArrayDeque<>();
  private final SortedMap<Integer, String> training = new TreeMap<>();
  private final SortedMap<Long, Double> losses = new TreeMap<>();
  private Optional<ChainState> state = Optional.empty();

  LiveScreen(PrintWriter out, boolean color, DevnetPlan plan, LongSupplier chainTimeMs) {
    this.out = out;
    this.color = color;
    this.plan = plan;
    this.chainTimeMs = chainTimeMs;
    out.print(HIDE_CURSOR);
  }

  @Override
  public synchronized void say(String sentence) {
    events.addLast(sentence);
    while (events.size() > EVENTS) {
      events.removeFirst();
    }
    repaint();
  }

  @Override
  public synchronized void warn(String sentence) {
    say(paint("33", "! " + sentence));
  }

  @Override
  public synchronized void happened(ChainRecord record, ChainState now) {
    state = Optional.of(now);
    String sentence = Sentences.of(record.event());
    if (!sentence.isEmpty()) {
      say(sentence);
    }
  }

  @Override
  public synchronized void stepped(int miner, int step, float loss) {
    training.put(miner, String.format(Locale.ROOT, "step %2d, loss %.3f", step, loss));
  }

  @Override
  public synchronized void trained(int miner, int steps) {
    training.computeIfPresent(miner, (uid, text) -> text.startsWith("*") ? text : "* " + text);
  }

  @Override
  public synchronized void measured(long checkpoint, double heldoutLoss) {
    losses.put(checkpoint, heldoutLoss);
  }

  @Override
  public synchronized void summary(List<String> lines) {
    repaint();
    lines.forEach(out::println);
    out.flush();
  }

  @Override
  public synchronized void close() {
    out.print(SHOW_CURSOR);
    out.flush();
  }

  /** Draws everything anew. */
  synchronized void repaint() {
    StringBuilder screen = new StringBuilder(HOME_AND_CLEAR);
    screen
        .append(paint("1", "VRAM HUB devnet"))
        .append("   enclaves: ")
        .append(paint("33", "SOFTWARE"))
        .append("\n\n");
    state.flatMap(ChainState::newestWindow).ifPresent(window -> drawWindow(screen, window));
    state.ifPresent(now -> drawMiners(screen, now));
    if (!losses.isEmpty()) {
      screen
          .append("\nheld-out loss  ")
          .append(paint("36", sparkline(new ArrayList<>(losses.values()))))
          .append(
              String.format(
                  Locale.ROOT,
                  "  %.3f -> %.3f nats per token%n",
                  losses.firstEntry().getValue(),
                  losses.lastEntry().getValue()));
    }
    screen.append('\n');
    events.forEach(event -> screen.append("  ").append(event).append('\n'));
    out.print(screen);
    out.flush();
  }

  private void drawWindow(StringBuilder screen, WindowRecord window) {
    ChainState now = state.orElseThrow();
    WindowSchedule schedule = new WindowSchedule(now.parameters(window.window()).schedule());
    long time = chainTimeMs.getAsLong();
    Phase phase = schedule.phaseAt(window.window(), time);
    long opens = schedule.opensAt(window.window());
    long closes = schedule.closesAt(window.window());
    int filled = (int) Math.clamp((time - opens) * BAR / (closes - opens), 0, BAR);
    int deadline =
        (int) ((schedule.commitDeadline(window.window()) - opens) * BAR / (closes - opens));
    StringBuilder bar = new StringBuilder();
    for (int i = 0; i < BAR; i++) {
      bar.append(i == deadline ? '|' : i < filled ? '=' : '.');
    }
    screen
        .append("window ")
        .append(paint("1", window.window().toString()))
        .append("  ")
        .append(phase)
        .append("  [")
        .append(bar)
        .append("]  ")
        .append(String.format(Locale.ROOT, "%.1f s left", Math.max(0, closes - time) / 1e3))
        .append("   committed ")
        .append(window.commits().size())
        .append('/')
        .append(window.opened().miners().size())
        .append("   reports ")
        .append(window.scores().size())
        .append('/')
        .append(window.opened().validators().size())
        .append("\n\n");
  }

  private void drawMiners(StringBuilder screen, ChainState now) {
    Optional<WindowResult> last =
        now.windows().reversed().stream().flatMap(window -> window.result().stream()).findFirst();
    screen.append(
        String.format(
            Locale.ROOT,
            "%5s  %-10s  %-22s  %9s  %10s  %14s  %12s%n",
            "miner",
            "kind",
            "training",
            "payload",
            "gain",
            "rating",
            "pay, VRAM"));
    for (MinerRecord miner : now.miners()) {
      int index = miner.uid().value() - 1;
      String kind = index < plan.kinds().size() ? plan.kinds().get(index) : "external";
      Optional<MinerResult> line =
          last.flatMap(
              result ->
                  result.miners().stream()
                      .filter(row -> row.miner().equals(miner.uid()))
                      .findFirst());
      screen.append(
          String.format(
              Locale.ROOT,
              "%5s  %-10s  %-22s  %9s  %10s  %14s  %12s%n",
              miner.uid(),
              kind,
              training.getOrDefault(miner.uid().value(), ""),
              payload(now, miner.uid()),
              line.map(row -> String.format(Locale.ROOT, "%+.4f", row.heldoutGain().value() / 1e9))
                  .orElse("-"),
              String.format(
                  Locale.ROOT,
                  "%.2f ± %.2f",
                  miner.rating().muNanos() / 1e9,
                  miner.rating().sigmaNanos() / 1e9),
              last.map(result -> pay(result, miner.uid())).orElse("-")));
    }
  }

  private static String payload(ChainState now, MinerUid miner) {
    return now.newestWindow()
        .flatMap(window -> Optional.ofNullable(window.commits().get(miner)))
        .map(commit -> commit.gradient().size() + " B")
        .orElse("-");
  }

  private static String pay(WindowResult result, MinerUid miner) {
    return result.credits().stream()
        .filter(credit -> credit.payee().equals(new Payee.Miner(miner)))
        .map(Credit::amount)
        .map(amount -> String.format(Locale.ROOT, "%.4f", amount.baseUnits() / 1e9))
        .findFirst()
        .orElse("0");
  }

  /** A row of blocks, the highest for the largest value. */
  static String sparkline(List<Double> values) {
    double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    StringBuilder line = new StringBuilder();
    for (double value : values) {
      double share = most == least ? 0 : (value - least) / (most - least);
      line.append(SPARKS.charAt((int) Math.round(share * (SPARKS.length() - 1))));
    }
    return line.toString();
  }

  private String paint(String code, String text) {
    return color ? "\u001b[" + code + "m" + text + RESET : text;
  }
}
