package io.vramhub.node;

import io.vramhub.node.cli.VramHubCommand;

/** The process: one command line in, one exit code out. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(VramHubCommand.execute(arguments));
  }
}
