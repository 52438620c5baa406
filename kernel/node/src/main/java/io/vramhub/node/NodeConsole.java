package io.vramhub.node;

import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import java.io.PrintWriter;

/** What a node's operator reads: one plain line per thing worth knowing. */
final class NodeConsole implements NodeEvents {
  private final PrintWriter out;

  NodeConsole(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void publish(NodeEvent event) {
    String sentence = Sentences.of(event);
    if (!sentence.isEmpty()) {
      say(sentence);
    }
  }

  synchronized void say(String sentence) {
    if (!sentence.isEmpty()) {
      out.println(sentence);
      out.flush();
    }
  }
}
