package io.vramhub.node.http;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vramhub.api.error.ErrorCode;
import java.util.List;
import java.util.Optional;

/**
 * One line of the answer to an operator's order, as it happens. Plugins are told as id and version;
 * windows as numbers.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "note")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AdminNote.Staged.class, name = "staged"),
  @JsonSubTypes.Type(value = AdminNote.Swapped.class, name = "swapped"),
  @JsonSubTypes.Type(value = AdminNote.Loaded.class, name = "loaded"),
  @JsonSubTypes.Type(value = AdminNote.Unloaded.class, name = "unloaded"),
  @JsonSubTypes.Type(value = AdminNote.StillInUse.class, name = "still-in-use"),
  @JsonSubTypes.Type(value = AdminNote.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = AdminNote.NeedsRestart.class, name = "needs-restart"),
  @JsonSubTypes.Type(value = AdminNote.NoSuchSlot.class, name = "no-such-slot"),
  @JsonSubTypes.Type(value = AdminNote.Failed.class, name = "failed")
})
public sealed interface AdminNote {
  /** The plugin is open and takes the slots over at the boundary of a window. */
  record Staged(List<String> slots, String plugin) implements AdminNote {}

  /** It took over, and the one before is closed. */
  record Swapped(List<String> slots, String from, String to, Optional<Long> window, long tookMs)
      implements AdminNote {}

  /** A jar was loaded; it fills no slot. */
  record Loaded(String file, String plugin) implements AdminNote {}

  /** A jar is gone, and its plugin with it. */
  record Unloaded(String file, String plugin) implements AdminNote {}

  /** A jar is gone, but its plugin fills slots and goes on. */
  record StillInUse(String file, String plugin, List<String> slots) implements AdminNote {}

  /** A jar was not loaded. */
  record Refused(String file, String reason) implements AdminNote {}

  /** These keys of the configuration changed, and a running node cannot take them over. */
  record NeedsRestart(List<String> keys) implements AdminNote {}

  /** The configuration fills a slot that this node's role does not have. */
  record NoSuchSlot(String slot) implements AdminNote {}

  /** What was ordered did not happen, or only as far as the notes before say. */
  record Failed(ErrorCode code, String message) implements AdminNote {}
}
