package io.vramhub.node.cli;

import io.vramhub.node.http.AdminNote;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells what a node did on an order: each note as it comes, or all as one JSON object. */
final class NotePrinter implements Consumer<AdminNote> {
  private final PrintWriter out;
  private final boolean json;
  private final List<AdminNote> notes = new ArrayList<>();

  NotePrinter(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  @Override
  public void accept(AdminNote note) {
    notes.add(note);
    if (!json) {
      out.println(sentence(note));
      out.flush();
    }
  }

  /** Ends the telling; the exit code is that of the last failure. */
  int end(String ifNothing) {
    if (json) {
      ObjectNode object = Json.object().put("version", 1);
      ArrayNode all = object.putArray("notes");
      notes.forEach(note -> all.add(Json.tree(note)));
      out.println(object);
    } else if (notes.isEmpty()) {
      out.println(ifNothing);
    }
    return notes.stream()
        .filter(AdminNote.Failed.class::isInstance)
        .map(AdminNote.Failed.class::cast)
        .map(failed -> failed.code().exitCode())
        .reduce(0, (before, last) -> last);
  }

  static String sentence(AdminNote note) {
    return switch (note) {
      case AdminNote.Staged staged ->
          join(staged.slots()) + ": " + staged.plugin() + " is open and waits for its window";
      case AdminNote.Swapped swapped ->
          join(swapped.slots())
              + ": "
              + swapped.from()
              + " -> "
              + swapped.to()
              + swapped.window().map(window -> " since window " + window).orElse("")
              + ", took "
              + swapped.tookMs()
              + " ms";
      case AdminNote.Loaded loaded -> loaded.plugin() + " is loaded; it fills no slot";
      case AdminNote.Unloaded unloaded ->
          unloaded.plugin() + " is unloaded, for " + unloaded.file() + " is gone";
      case AdminNote.StillInUse used ->
          used.file()
              + " is gone, but "
              + used.plugin()
              + " fills "
              + join(used.slots())
              + " and runs until the node ends";
      case AdminNote.Refused refused -> "refused " + refused.file() + ": " + refused.reason();
      case AdminNote.NeedsRestart fixed ->
          "changed, but needs a restart: " + String.join(", ", fixed.keys());
      case AdminNote.NoSuchSlot none ->
          none.slot() + ": this node's role has no such slot; nothing to swap";
      case AdminNote.Failed failed -> "failed: " + failed.message();
    };
  }

  private static String join(List<String> slots) {
    return String.join(", ", slots);
  }
}
