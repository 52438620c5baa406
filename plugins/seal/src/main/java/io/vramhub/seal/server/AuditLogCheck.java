package io.vramhub.seal.server;

import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks an audit log from the command line, with nothing but this plugin's jar and the plugin API
 * on the class path: {@code java -cp ... io.vramhub.seal.server.AuditLogCheck FILE}.
 */
public final class AuditLogCheck {
  private AuditLogCheck() {}

  /** Ends with 0 if every line follows from the one before it, with 9 if not, 1 if misused. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length != 1 || !Files.isReadable(Path.of(arguments[0]))) {
      err.println("usage: AuditLogCheck FILE, where FILE is a key server's audit log");
      return 1;
    }
    Path file = Path.of(arguments[0]);
    try {
      AuditChain chain = AuditChain.check(file);
      out.println(chain.entries() + " entries, each follows from the one before it");
      out.println("last hash " + chain.last());
      if (Files.size(file) > chain.bytes()) {
        out.println("the last line has no end: it was being written, and never answered");
      }
      return 0;
    } catch (HubException e) {
      err.println(e.getMessage());
      return 9;
    } catch (IOException e) {
      err.println("the audit log " + file + " cannot be read: " + e);
      return 1;
    }
  }
}
