package io.vramhub.seal.wire;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The transaction by which a reader asks key servers for keys: calls of {@code seal_approve}
 * functions, which a server only simulates. Its bytes are Sui's {@code ProgrammableTransaction}, a
 * {@code TransactionKind} without its first byte.
 */
public record ApprovalTransaction(List<MoveCall> calls) {
  /** Most calls a key server takes. */
  public static final int MOST_CALLS = 100;

  private static final String MODULE = "seal_policy";
  private static final int MOST_INPUTS = 5 * MOST_CALLS;

  /** Where the objects were first shared matters to consensus, which nothing here goes through. */
  private static final long ANY_VERSION = 1;

  private static final int OBJECT_DIGEST_BYTES = 32;

  public ApprovalTransaction {
    calls = List.copyOf(calls);
  }

  /**
   * Asks for the key of what was sealed under a policy.
   *
   * @param validator as which validator the reader comes; 0 is none
   */
  public static ApprovalTransaction of(PolicyObjects objects, SealPolicy policy, long validator) {
    Input id = pure(new BcsWriter().bytes(policy.identity().array()));
    Input own = pure(new BcsWriter().u64(validator));
    return switch (policy) {
      case SealPolicy.Gradient ignored ->
          one(
              objects,
              "seal_approve_gradient",
              id,
              shared(objects.rounds()),
              shared(objects.registry()),
              shared(objects.hparams()),
              own);
      case SealPolicy.Credentials ignored ->
          one(
              objects,
              "seal_approve_credentials",
              id,
              shared(objects.registry()),
              shared(objects.hparams()),
              own,
              shared(ObjectIds.CLOCK));
    };
  }

  private static ApprovalTransaction one(
      PolicyObjects objects, String function, Input... arguments) {
    return new ApprovalTransaction(
        List.of(new MoveCall(objects.packageId(), MODULE, function, List.of(arguments))));
  }

  private static Input pure(BcsWriter value) {
    return new Input.Pure(new Bytes(value.toByteArray()));
  }

  private static Input shared(Digest id) {
    return new Input.Shared(id, ANY_VERSION, false);
  }

  public Bytes encode() {
    List<Input> inputs =
        List.copyOf(
            new LinkedHashSet<>(
                calls.stream().flatMap(call -> call.arguments().stream()).toList()));
    BcsWriter writer = new BcsWriter().vector(inputs, ApprovalTransaction::write);
    writer.vector(calls, (out, call) -> write(out, call, inputs));
    return new Bytes(writer.toByteArray());
  }

  private static void write(BcsWriter writer, Input input) {
    switch (input) {
      case Input.Pure(var value) -> writer.uleb128(0).bytes(value.array());
      case Input.Shared(var id, var version, var mutable) ->
          writer.uleb128(1).uleb128(1).fixed(id.array()).u64(version).bool(mutable);
      case Input.Versioned(var id) ->
          throw new IllegalArgumentException("no rule of sealing reads object " + id);
    }
  }

  private static void write(BcsWriter writer, MoveCall call, List<Input> inputs) {
    writer
        .uleb128(0)
        .fixed(call.packageId().array())
        .string(call.module())
        .string(call.function())
        .uleb128(0)
        .vector(call.arguments(), (out, argument) -> out.uleb128(1).u16(inputs.indexOf(argument)));
  }

  /**
   * Reads a transaction of Move calls whose arguments all are inputs. {@code MESSAGE_INVALID}:
   * anything else, in particular other commands, results as arguments, and none or too many calls.
   */
  public static ApprovalTransaction decode(byte[] bytes) {
    return BcsReader.message(
        "transaction",
        bytes,
        reader -> {
          List<Input> inputs = reader.vector(MOST_INPUTS, ApprovalTransaction::input);
          List<MoveCall> calls = reader.vector(MOST_CALLS, in -> call(in, inputs));
          if (calls.isEmpty()) {
            throw reader.invalid("it calls nothing");
          }
          return new ApprovalTransaction(calls);
        });
  }

  private static Input input(BcsReader reader) {
    int kind = reader.uleb128();
    return switch (kind) {
      case 0 -> new Input.Pure(new Bytes(reader.bytes()));
      case 1 -> object(reader);
      default -> throw reader.invalid("an input is a value or an object, not of kind " + kind);
    };
  }

  private static Input object(BcsReader reader) {
    int kind = reader.uleb128();
    Digest id = Digest.of(reader.fixed(Digest.LENGTH));
    return switch (kind) {
      case 0, 2 -> {
        reader.u64();
        if (reader.bytes(OBJECT_DIGEST_BYTES).length != OBJECT_DIGEST_BYTES) {
          throw reader.invalid("an object's digest has " + OBJECT_DIGEST_BYTES + " bytes");
        }
        yield new Input.Versioned(id);
      }
      case 1 -> new Input.Shared(id, reader.u64(), reader.bool());
      default -> throw reader.invalid("no object argument is of kind " + kind);
    };
  }

  private static MoveCall call(BcsReader reader, List<Input> inputs) {
    if (reader.uleb128() != 0) {
      throw reader.invalid("a command is not a Move call");
    }
    Digest packageId = Digest.of(reader.fixed(Digest.LENGTH));
    String module = reader.string();
    String function = reader.string();
    if (reader.uleb128() != 0) {
      throw reader.invalid("no approval takes type arguments");
    }
    List<Input> arguments = new ArrayList<>();
    for (int index : reader.vector(MOST_INPUTS, ApprovalTransaction::argument)) {
      if (index >= inputs.size()) {
        throw reader.invalid("argument " + index + " is no input");
      }
      arguments.add(inputs.get(index));
    }
    return new MoveCall(packageId, module, function, arguments);
  }

  private static int argument(BcsReader reader) {
    if (reader.uleb128() != 1) {
      throw reader.invalid("an argument is not an input");
    }
    return reader.u16();
  }
}
