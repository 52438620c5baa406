package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Events as JSON, for the ledger's file and its wire: the records' components in their order, bytes
 * in hex, amounts and scores as whole numbers, no white space. One event has one text; a text that
 * is not exactly an event is {@code MESSAGE_INVALID}. Thread-safe.
 */
final class EventJson {
  private static final SortedMap<String, Class<?>> KINDS = kinds();

  private final JsonMapper mapper =
      JsonMapper.builder()
          .addModule(scalars())
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The event's kind: the name of its record. */
  static String kind(ChainEvent event) {
    return event.getClass().getSimpleName();
  }

  String write(ChainEvent event) {
    return mapper.writeValueAsString(event);
  }

  ChainEvent read(String kind, String body) {
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID, "\"" + kind + "\" is no kind of event this ledger knows");
    }
    return (ChainEvent) parse("an event of kind " + kind, body, type);
  }

  /** Reads any text of the wire; whatever is not exactly one is {@code MESSAGE_INVALID}. */
  <T> T parse(String what, String text, Class<T> type) {
    try {
      // The text "null" is well-formed and gives null.
      return Optional.ofNullable(mapper.readValue(text, type))
          .orElseThrow(() -> invalid(what + " is null", null));
    } catch (JacksonException e) {
      throw invalid(what + ": " + e.getOriginalMessage(), e);
    }
  }

  private static HubException invalid(String message, @Nullable Throwable cause) {
    return new HubException(ErrorCode.MESSAGE_INVALID, message, cause);
  }

  /** Writes any value of the wire. */
  String text(Object value) {
    return mapper.writeValueAsString(value);
  }

  private static SortedMap<String, Class<?>> kinds() {
    SortedMap<String, Class<?>> kinds = new TreeMap<>();
    for (Class<?> kind : ChainEvent.class.getPermittedSubclasses()) {
      kinds.put(kind.getSimpleName(), kind);
    }
    return kinds;
  }

  private static SimpleModule scalars() {
    SimpleModule module = new SimpleModule("vramhub");
    text(module, Bytes.class, Bytes::hex, Bytes::ofHex);
    text(module, Digest.class, Digest::hex, Digest::ofHex);
    text(module, NetworkId.class, id -> id.digest().hex(), hex -> new NetworkId(Digest.ofHex(hex)));
    text(module, Address.class, Address::toString, Address::ofHex);
    text(
        module,
        Attestation.class,
        attestation -> attestation.document().hex(),
        hex -> new Attestation(Bytes.ofHex(hex)));
    text(module, Payee.class, EventJson::payee, EventJson::payee);
    number(module, Coins.class, Coins::baseUnits, Coins::new);
    number(module, NanoNats.class, NanoNats::value, NanoNats::new);
    number(module, WindowId.class, WindowId::number, WindowId::new);
    number(
        module,
        MinerUid.class,
        uid -> (long) uid.value(),
        value -> new MinerUid(Math.toIntExact(value)));
    number(
        module,
        ValidatorUid.class,
        uid -> (long) uid.value(),
        value -> new ValidatorUid(Math.toIntExact(value)));
    return module;
  }

  private static String payee(Payee payee) {
    return switch (payee) {
      case Payee.Miner miner -> "miner:" + miner.uid();
      case Payee.Validator validator -> "validator:" + validator.uid();
      case Payee.Treasury ignored -> "treasury";
    };
  }

  private static Payee payee(String text) {
    if (text.equals("treasury")) {
      return new Payee.Treasury();
    }
    int colon = text.indexOf(':');
    int uid = Integer.parseInt(text, colon + 1, text.length(), 10);
    return switch (text.substring(0, Math.max(0, colon))) {
      case "miner" -> new Payee.Miner(new MinerUid(uid));
      case "validator" -> new Payee.Validator(new ValidatorUid(uid));
      default -> throw new IllegalArgumentException("no payee reads " + text);
    };
  }

  private static <T> void text(
      SimpleModule module,
      Class<T> type,
      Function<? super T, String> write,
      Function<String, ? extends T> read) {
    module.addSerializer(
        type,
        new ValueSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator json, SerializationContext context) {
            json.writeString(write.apply(value));
          }
        });
    module.addDeserializer(
        type,
        new ValueDeserializer<T>() {
          @Override
          public T deserialize(JsonParser json, DeserializationContext context) {
            if (!json.hasToken(JsonToken.VALUE_STRING)) {
              return context.reportInputMismatch(this, "a text is wanted");
            }
            String text = json.getString();
            try {
              return read.apply(text);
            } catch (IllegalArgumentException e) {
              return context.reportInputMismatch(this, "%s: %s", e.getMessage(), text);
            }
          }
        });
  }

  private static <T> void number(
      SimpleModule module,
      Class<T> type,
      Function<? super T, Long> write,
      Function<Long, ? extends T> read) {
    module.addSerializer(
        type,
        new ValueSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator json, SerializationContext context) {
            json.writeNumber(write.apply(value));
          }
        });
    module.addDeserializer(
        type,
        new ValueDeserializer<T>() {
          @Override
          public T deserialize(JsonParser json, DeserializationContext context) {
            if (!json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
              return context.reportInputMismatch(this, "a whole number is wanted");
            }
            long value = json.getLongValue();
            try {
              return read.apply(value);
            } catch (IllegalArgumentException | ArithmeticException e) {
              return context.reportInputMismatch(this, "%s", e.getMessage());
            }
          }
        });
  }
}
