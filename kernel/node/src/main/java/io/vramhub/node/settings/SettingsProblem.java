package io.vramhub.node.settings;

/** One thing wrong with a configuration: where it stands, and what to do about it. */
public record SettingsProblem(String file, int line, String sentence)
    implements Comparable<SettingsProblem> {
  @Override
  public int compareTo(SettingsProblem other) {
    int byFile = file.compareTo(other.file);
    return byFile != 0 ? byFile : Integer.compare(line, other.line);
  }

  @Override
  public String toString() {
    return line > 0 ? file + ":" + line + ": error: " + sentence : file + ": error: " + sentence;
  }
}
