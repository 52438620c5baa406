package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.kernel.audit.Invariants;
import io.vramhub.kernel.audit.Violation;
import io.vramhub.node.ReadOnlyNetwork;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks the invariants over everything that happened on the chain. */
@Command(
    name = "verify",
    description = "Check the invariants over all events of the chain.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private NetworkOptions options = new NetworkOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    try (ReadOnlyNetwork network = options.open()) {
      List<Violation> violations = Invariants.check(network.records());
      PrintWriter out = spec.commandLine().getOut();
      if (options.json()) {
        out.println(json(violations));
      } else if (violations.isEmpty()) {
        out.println("invariants PASS");
      } else {
        violations.forEach(violation -> out.println("VIOLATED: " + violation.message()));
      }
      return violations.isEmpty() ? 0 : ErrorCode.AUDIT_DIFFERENCE.exitCode();
    }
  }

  private static ObjectNode json(List<Violation> violations) {
    ObjectNode json = Json.object();
    json.put("version", 1);
    json.put("invariants", violations.isEmpty() ? "PASS" : "VIOLATED");
    ArrayNode list = json.putArray("violations");
    violations.forEach(violation -> list.add(violation.message()));
    return json;
  }
}
