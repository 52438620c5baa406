package io.vramhub.vramscan;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * The JSON of the API: the components of the chain's records in their order, bytes in hex, and as
 * decimal text what a browser's numbers cannot hold: amounts, gains and whatever ends in {@code
 * Nanos}. Thread-safe.
 */
final class ApiJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(scalars())
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private ApiJson() {}

  /** The text of any value: a record of the chain, a list of them or a tree. */
  static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  static byte[] bytes(JsonNode tree) {
    return MAPPER.writeValueAsBytes(tree);
  }

  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Reads what {@link #text} wrote. */
  static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }

  /** The number, or null. */
  static JsonNode number(OptionalLong number) {
    return number.isPresent()
        ? JsonNodeFactory.instance.numberNode(number.getAsLong())
        : JsonNodeFactory.instance.nullNode();
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** {@code miner:1}, {@code validator:1} or {@code treasury}. */
  static String payee(Payee payee) {
    return switch (payee) {
      case Payee.Miner miner -> "miner:" + miner.uid();
      case Payee.Validator validator -> "validator:" + validator.uid();
      case Payee.Treasury ignored -> "treasury";
    };
  }

  private static SimpleModule scalars() {
    SimpleModule module = new SimpleModule("vramscan");
    write(module, Bytes.class, Bytes::hex);
    write(module, Digest.class, Digest::hex);
    write(module, NetworkId.class, id -> id.digest().hex());
    write(module, Address.class, Address::toString);
    write(module, Attestation.class, attestation -> attestation.document().hex());
    write(module, Payee.class, ApiJson::payee);
    write(module, Coins.class, coins -> Long.toString(coins.baseUnits()));
    write(module, NanoNats.class, gain -> Long.toString(gain.value()));
    write(module, WindowId.class, WindowId::number);
    write(module, MinerUid.class, MinerUid::value);
    write(module, ValidatorUid.class, ValidatorUid::value);
    module.setSerializerModifier(new NanosAsText());
    return module;
  }

  private static <T> void write(
      SimpleModule module, Class<T> type, Function<? super T, ?> simplified) {
    module.addSerializer(
        type,
        new ValueSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator json, SerializationContext context) {
            json.writePOJO(simplified.apply(value));
          }
        });
  }

  private static final class NanosAsText extends ValueSerializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public List<BeanPropertyWriter> changeProperties(
        SerializationConfig config,
        BeanDescription.Supplier described,
        List<BeanPropertyWriter> properties) {
      properties.stream()
          .filter(property -> property.getName().endsWith("Nanos"))
          .forEach(property -> property.assignSerializer(ToStringSerializer.instance));
      return properties;
    }
  }
}
