package io.vramhub.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The values of a valid configuration, split by what a running node can take over: how its slots
 * are filled, and everything else.
 *
 * @param slots by name
 * @param others values of all other keys by path, as text
 */
public record SettingsSnapshot(
    SortedMap<String, SlotSection> slots, SortedMap<String, String> others) {
  public SettingsSnapshot {
    slots = Collections.unmodifiableSortedMap(new TreeMap<>(slots));
    others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
  }

  /**
   * What the configuration says of one slot.
   *
   * @param filling what fills it
   * @param sections settings by plugin, of those too that do not fill it now
   */
  public record SlotSection(SlotSettings filling, SortedMap<String, Config> sections) {
    public SlotSection {
      sections = Collections.unmodifiableSortedMap(new TreeMap<>(sections));
    }
  }

  /** The slot filled by a plugin of one's choice, with the settings written down for it. */
  public SlotSettings filling(String slot, String use) {
    return new SlotSettings(
        use,
        Optional.ofNullable(slots.get(slot))
            .map(section -> section.sections().get(use))
            .orElseGet(ConfigFactory::empty));
  }

  /** What is different in a later reading. */
  public Change to(SettingsSnapshot later) {
    SortedMap<String, SlotSettings> refilled = new TreeMap<>();
    later.slots.forEach(
        (name, section) -> {
          SlotSection before = slots.get(name);
          if (before != null && !before.filling().equals(section.filling())) {
            refilled.put(name, section.filling());
          }
        });
    TreeSet<String> paths = new TreeSet<>(others.keySet());
    paths.addAll(later.others.keySet());
    List<String> fixed = new ArrayList<>();
    for (String path : paths) {
      if (!Objects.equals(others.get(path), later.others.get(path))) {
        fixed.add(path);
      }
    }
    return new Change(refilled, fixed);
  }

  /** This reading with the slots of a later one, save those that could not be taken over. */
  public SettingsSnapshot withSlotsOf(SettingsSnapshot later, Iterable<String> except) {
    SortedMap<String, SlotSection> taken = new TreeMap<>(later.slots);
    for (String name : except) {
      SlotSection before = slots.get(name);
      if (before != null) {
        taken.put(name, before);
      }
    }
    return new SettingsSnapshot(taken, others);
  }

  /**
   * The difference between two readings.
   *
   * @param refilled slots with another plugin or other settings
   * @param fixed paths of all other keys that differ; a running node cannot take these over
   */
  public record Change(SortedMap<String, SlotSettings> refilled, List<String> fixed) {}
}
