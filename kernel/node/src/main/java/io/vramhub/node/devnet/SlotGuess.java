package io.vramhub.node.devnet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.node.settings.Configuration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which slots the plugins under development are meant for, where neither the configuration nor the
 * command line says so: a plugin that is the only one of its kind among them fills the slot of that
 * kind, for why else would its author start a devnet with it.
 *
 * @param slots the name of what fills each, by the slot's
 * @param defaults values of the configuration that fill the slots
 * @param sentences what was decided and why, for the author
 */
record SlotGuess(SortedMap<String, String> slots, Config defaults, List<String> sentences) {
  SlotGuess {
    slots = Collections.unmodifiableSortedMap(new TreeMap<>(slots));
    sentences = List.copyOf(sentences);
  }

  private static final String GUEST = "NodeService";
  private static final Map<String, String> SLOTS =
      new TreeMap<>(
          Map.of(
              "ChainAdapter", "chain",
              "CredentialSealer", "sealer",
              "LossEvaluator", "evaluator",
              "RatingAlgorithm", "rating",
              "StorageBackend", "storage",
              "TrainingFramework", "framework"));

  /**
   * Decides.
   *
   * @param developed the plugins under development
   * @param configuration what is stated there is not guessed
   */
  static SlotGuess of(List<PluginInfo> developed, Configuration<?> configuration) {
    SortedMap<String, String> slots = new TreeMap<>();
    Map<String, Object> values = new TreeMap<>();
    List<String> sentences = new ArrayList<>();
    SLOTS.forEach(
        (kind, slot) -> {
          SortedSet<String> names = names(developed, kind);
          if (names.isEmpty()) {
            return;
          }
          if (configuration.states(slot + ".use")) {
            sentences.add(slot + ": as the configuration says, not guessed from " + names);
          } else if (names.size() > 1) {
            sentences.add(
                slot + ": " + names + " are all there; choose with --slot " + slot + "=NAME");
          } else {
            slots.put(slot, names.first());
            values.put(slot + ".use", names.first());
            sentences.add(slot + ": filled by '" + names.first() + "', which is being developed");
          }
        });
    for (String name : names(developed, GUEST)) {
      if (!configuration.states("services")) {
        slots.put("service-" + name, name);
        values.put("services." + name + ".use", name);
        sentences.add("service-" + name + ": '" + name + "', which is being developed");
      }
    }
    return new SlotGuess(
        slots, ConfigFactory.parseMap(values, "plugins under development"), sentences);
  }

  private static SortedSet<String> names(List<PluginInfo> developed, String kind) {
    SortedSet<String> names = new TreeSet<>();
    for (PluginInfo plugin : developed) {
      for (PluginInfo.Provider provider : plugin.providers()) {
        if (provider.kind().equals(kind)) {
          names.add(provider.name());
        }
      }
    }
    return names;
  }
}
