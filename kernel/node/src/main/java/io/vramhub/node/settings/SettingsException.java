package io.vramhub.node.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Everything wrong with a configuration, sorted by line. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<SettingsProblem> problems;

  public SettingsException(List<SettingsProblem> problems) {
    super(
        problems.stream()
            .sorted()
            .map(SettingsProblem::toString)
            .collect(Collectors.joining("\n")));
    this.problems = problems.stream().sorted().toList();
  }

  public List<SettingsProblem> problems() {
    return problems;
  }
}
