package io.vramhub.seal.server;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.seal.wire.ApprovalTransaction;
import io.vramhub.seal.wire.Input;
import io.vramhub.seal.wire.MoveCall;
import io.vramhub.seal.wire.ObjectIds;
import io.vramhub.seal.wire.PolicyObjects;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One call of a {@code seal_approve} function, as the Move function would see it.
 *
 * @param rule which of the functions
 * @param identity the inner id, whatever it is
 * @param validator as which validator the reader comes; 0 is none
 */
record Approval(Rule rule, Bytes identity, long validator) {
  private static final String PREFIX = "seal_approve";
  private static final String MODULE = "seal_policy";

  /** The functions of {@code seal_policy}, with what their identities begin with. */
  enum Rule {
    GRADIENT("seal_approve_gradient", 0),
    CREDENTIALS("seal_approve_credentials", 1);

    private final String function;
    private final int kind;

    Rule(String function, int kind) {
      this.function = function;
      this.kind = kind;
    }

    /** Whether an identity is of the kind the function opens. */
    boolean opens(Bytes identity) {
      return identity.length() > 0 && identity.buffer().get(0) == kind;
    }
  }

  /** The calls of a transaction, if each is well-formed and of the first one's package. */
  static ApprovalTransaction read(Bytes transaction) {
    ApprovalTransaction read;
    try {
      read = ApprovalTransaction.decode(transaction.array());
    } catch (HubException e) {
      throw new DeniedException(Denial.INVALID_PTB, e);
    }
    Digest packageId = packageOf(read);
    for (MoveCall call : read.calls()) {
      if (!call.packageId().equals(packageId)) {
        throw new DeniedException(Denial.INVALID_PTB, "it calls functions of several packages");
      }
      if (!call.function().startsWith(PREFIX)) {
        throw new DeniedException(
            Denial.INVALID_PTB,
            "it calls '" + call.function() + "', whose name does not begin with " + PREFIX);
      }
      identity(call);
    }
    return read;
  }

  /** The package whose functions a transaction calls. */
  static Digest packageOf(ApprovalTransaction transaction) {
    return transaction.calls().getFirst().packageId();
  }

  /** The identity a call asks for: its first argument. */
  static Bytes identity(MoveCall call) {
    return argument(call, 0)
        .flatMap(first -> pure(first, BcsReader::bytes))
        .map(Bytes::new)
        .orElseThrow(
            () ->
                new DeniedException(
                    Denial.INVALID_PTB, "a call's first argument is no identity, vector<u8>"));
  }

  /** Holds a call of the network's package against the function's signature. */
  static Approval of(MoveCall call, PolicyObjects objects) {
    for (Rule rule : Rule.values()) {
      if (call.module().equals(MODULE) && call.function().equals(rule.function)) {
        return switch (rule) {
          case GRADIENT -> gradient(call, objects);
          case CREDENTIALS -> credentials(call, objects);
        };
      }
    }
    throw new DeniedException(
        Denial.INVALID_PTB,
        "the package has no function " + call.module() + "::" + call.function());
  }

  private static Approval gradient(MoveCall call, PolicyObjects objects) {
    demandCount(call, 5);
    demandShared(call, 1, "rounds", objects.rounds());
    demandShared(call, 2, "registry", objects.registry());
    demandShared(call, 3, "hparams", objects.hparams());
    return new Approval(Rule.GRADIENT, identity(call), validator(call, 4));
  }

  private static Approval credentials(MoveCall call, PolicyObjects objects) {
    demandCount(call, 5);
    demandShared(call, 1, "registry", objects.registry());
    demandShared(call, 2, "hparams", objects.hparams());
    demandShared(call, 4, "clock", ObjectIds.CLOCK);
    return new Approval(Rule.CREDENTIALS, identity(call), validator(call, 3));
  }

  private static void demandCount(MoveCall call, int count) {
    if (call.arguments().size() != count) {
      throw invalid(
          call.function() + " takes " + count + " arguments, not " + call.arguments().size());
    }
  }

  private static void demandShared(MoveCall call, int place, String name, Digest id) {
    boolean fits =
        argument(call, place)
            .filter(input -> input instanceof Input.Shared shared && shared.id().equals(id))
            .isPresent();
    if (!fits) {
      throw invalid(
          "argument "
              + place
              + " of "
              + call.function()
              + " is the shared object "
              + name
              + ", "
              + ObjectIds.text(id));
    }
  }

  private static long validator(MoveCall call, int place) {
    return argument(call, place)
        .flatMap(input -> pure(input, BcsReader::u64))
        .orElseThrow(() -> invalid("argument " + place + " of " + call.function() + " is a u64"));
  }

  private static Optional<Input> argument(MoveCall call, int place) {
    List<Input> arguments = call.arguments();
    return place < arguments.size() ? Optional.of(arguments.get(place)) : Optional.empty();
  }

  private static <T> Optional<T> pure(Input input, Function<BcsReader, T> form) {
    return switch (input) {
      case Input.Pure(var value) -> {
        try {
          yield Optional.of(BcsReader.message("argument", value.array(), form));
        } catch (HubException e) {
          // The caller says what is wanted in its place.
          yield Optional.empty();
        }
      }
      case Input.Shared ignored -> Optional.empty();
      case Input.Versioned ignored -> Optional.empty();
    };
  }

  private static DeniedException invalid(String reason) {
    return new DeniedException(Denial.INVALID_PARAMETER, reason);
  }
}
