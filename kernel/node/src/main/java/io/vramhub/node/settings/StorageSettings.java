package io.vramhub.node.settings;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where payloads and checkpoints lie: in the storage of one plugin, or in several copies. */
public sealed interface StorageSettings {
  /** The plugin that fills the slot {@code storage}. */
  record Single(SlotSettings slot) implements StorageSettings {}

  /**
   * Storages that hold the same objects, each in a slot of its own.
   *
   * @param copies in the order in which they are asked
   * @param least how many copies an object must be in before it counts as stored
   * @param patience with a copy that does not answer
   */
  record Mirror(List<CopySettings> copies, int least, Duration patience)
      implements StorageSettings {}

  /** One copy, by the operator's name for it. */
  record CopySettings(String name, SlotSettings slot) {
    public String slotName() {
      return slotName(name);
    }

    private static String slotName(String name) {
      return "storage-" + name;
    }
  }

  String SLOT = "storage";
  String USE = SLOT + ".use";
  String MIRROR = "mirror";
  String COPIES = SLOT + "." + MIRROR + ".copies";
  int FEWEST_COPIES = 2;

  /** What the operator calls it. */
  default String use() {
    return switch (this) {
      case Single single -> single.slot().use();
      case Mirror mirror -> MIRROR;
    };
  }

  /** Reads the section {@code storage} of a configuration that has been checked before. */
  static StorageSettings of(Config configuration, String source) {
    return read(new SettingsReader(configuration, source));
  }

  /** Reads the section {@code storage}. */
  static StorageSettings read(SettingsReader reader) {
    String documentation =
        "Plugin that stores payloads and checkpoints; '" + MIRROR + "' for several at once.";
    return reader.string(USE, "local", documentation).equals(MIRROR)
        ? mirror(reader)
        : new Single(reader.slot(SLOT, "local", documentation));
  }

  private static Mirror mirror(SettingsReader reader) {
    List<CopySettings> copies = new ArrayList<>();
    for (String name :
        reader.names(
            COPIES,
            "The storages of a mirror, a section each: name { use, <use> {} }; asked by name.")) {
      copies.add(
          new CopySettings(
              name,
              reader.slot(
                  CopySettings.slotName(name),
                  COPIES + "." + name,
                  name,
                  "Plugin that holds this copy.")));
    }
    if (copies.size() < FEWEST_COPIES) {
      reader.problem(
          USE, USE + " is '" + MIRROR + "', so " + COPIES + " must hold two sections or more");
    }
    int least =
        Math.toIntExact(
            reader.integer(
                SLOT + "." + MIRROR + ".least",
                1,
                1,
                Math.max(1, copies.size()),
                "How many copies an object must be in before it counts as stored."));
    return new Mirror(
        copies,
        least,
        reader.duration(
            SLOT + "." + MIRROR + ".patience",
            Duration.ofSeconds(30),
            "How long a copy may take for one call, and a second more for each MiB."));
  }
}
