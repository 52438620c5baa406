package io.vramhub.node.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The values of a valid configuration, split by what a running node can take over: how its slots
 * are filled, and everything else.
 *
 * @param slots fillings by the name of their slot
 * @param others values of all other keys by path, as text
 */
public record SettingsSnapshot(
    SortedMap<String, SlotSettings> slots, SortedMap<String, String> others) {
  public SettingsSnapshot {
    slots = Collections.unmodifiableSortedMap(new TreeMap<>(slots));
    others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
  }

  /** What is different in a later reading. */
  public Change to(SettingsSnapshot later) {
    SortedMap<String, SlotSettings> refilled = new TreeMap<>(later.slots);
    refilled.entrySet().removeIf(slot -> slot.getValue().equals(slots.get(slot.getKey())));
    refilled.keySet().retainAll(slots.keySet());
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

  /**
   * The difference between two readings.
   *
   * @param refilled slots with another plugin or other settings
   * @param fixed paths of all other keys that differ; a running node cannot take these over
   */
  public record Change(SortedMap<String, SlotSettings> refilled, List<String> fixed) {}
}
