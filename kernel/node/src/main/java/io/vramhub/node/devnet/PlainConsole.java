package io.vramhub.node.devnet;

import io.vramhub.api.model.ChainRecord;
import io.vramhub.node.Sentences;
import io.vramhub.protocol.chain.ChainState;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One plain line per event. */
final class PlainConsole implements DevnetConsole {
  private final PrintWriter out;
  private final boolean quiet;
  private final Map<Integer, Float> lastLoss = new HashMap<>();

  /**
   * @param quiet whether only warnings and the summary are printed
   */
  PlainConsole(PrintWriter out, boolean quiet) {
    this.out = out;
    this.quiet = quiet;
  }

  @Override
  public synchronized void say(String sentence) {
    if (!quiet) {
      print(sentence);
    }
  }

  @Override
  public synchronized void warn(String sentence) {
    print("warning: " + sentence);
  }

  @Override
  public synchronized void happened(ChainRecord record, ChainState state) {
    String sentence = Sentences.of(record.event());
    if (!quiet && !sentence.isEmpty()) {
      print(sentence);
    }
  }

  @Override
  public synchronized void stepped(int miner, int step, float loss) {
    lastLoss.put(miner, loss);
  }

  @Override
  public synchronized void trained(int miner, int steps) {
    Float loss = lastLoss.get(miner);
    if (loss != null) {
      say(String.format(Locale.ROOT, "miner %d trained %d steps, loss %.4f", miner, steps, loss));
    }
  }

  @Override
  public synchronized void measured(long checkpoint, double heldoutLoss) {
    say(
        String.format(
            Locale.ROOT,
            "checkpoint %d: held-out loss %.4f nats per token",
            checkpoint,
            heldoutLoss));
  }

  @Override
  public synchronized void summary(List<String> lines) {
    lines.forEach(this::print);
  }

  @Override
  public void close() {
    out.flush();
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }
}
