package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.audit.AuditOutcome;
import io.vramhub.node.ReadOnlyNetwork;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Recomputes windows from chain and storage and names the first difference. */
@Command(
    name = "audit",
    description = {
      "Recompute windows from chain and storage alone: payloads, verdicts, gains, medians, ratings,"
          + " weights, pay, signatures,",
      "merged roots. Needs no key. Passes, or names the first difference with window, miner and"
          + " field."
    },
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  @Mixin private NetworkOptions options = new NetworkOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--window", paramLabel = "N", description = "One window.")
  private Optional<Long> window = Optional.empty();

  @Option(names = "--from", paramLabel = "A", description = "First window (default: 1).")
  private Optional<Long> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "B",
      description = "Last window (default: the newest final one).")
  private Optional<Long> to = Optional.empty();

  @Override
  public Integer call() {
    if (window.isPresent() && (from.isPresent() || to.isPresent())) {
      throw new HubException(
          ErrorCode.USAGE,
          "--window names one window, --from and --to a range; use one of the two");
    }
    WindowId first = new WindowId(window.or(() -> from).orElse(1L));
    WindowId last = new WindowId(window.or(() -> to).orElse(Long.MAX_VALUE));
    AuditOutcome outcome = audit(first, last);
    if (outcome instanceof AuditOutcome.Pass) {
      refuseAChangedLedger();
    }
    PrintWriter out = spec.commandLine().getOut();
    return switch (outcome) {
      case AuditOutcome.Pass pass -> {
        out.println(
            options.json()
                ? json("PASS").put("summary", pass.summary().sentence())
                : "audit PASS: " + pass.summary().sentence());
        yield 0;
      }
      case AuditOutcome.Difference difference -> {
        out.println(options.json() ? json(difference) : "DIFFERENCE: " + difference.sentence());
        yield ErrorCode.AUDIT_DIFFERENCE.exitCode();
      }
    };
  }

  private AuditOutcome audit(WindowId first, WindowId last) {
    PrintWriter err = spec.commandLine().getErr();
    try (ReadOnlyNetwork network = options.openUnchecked()) {
      return network.audit(
          first,
          last,
          (audited, done, of) -> {
            if (!options.quiet()) {
              err.println("window " + audited + " replayed, " + done + " of " + of);
            }
          });
    }
  }

  /**
   * What an audit does not recompute, such as a label, is still protected by the ledger's own
   * hashes.
   */
  private void refuseAChangedLedger() {
    try (ReadOnlyNetwork network = options.open()) {
      network.records();
    }
  }

  private static ObjectNode json(String audit) {
    return Json.object().put("version", 1).put("audit", audit);
  }

  private static ObjectNode json(AuditOutcome.Difference difference) {
    ObjectNode json = json("DIFFERENCE").put("window", difference.window().number());
    difference.miner().ifPresent(miner -> json.put("miner", miner.value()));
    return json.put("field", difference.field())
        .put("expected", difference.expected())
        .put("found", difference.found());
  }
}
