package io.vramhub.packaging;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file under {@code META-INF/services}: one binary class name a line, comments after {@code #}.
 */
final class ServiceFile {
  static final String DIRECTORY = "META-INF/services/";
  private static final Pattern CLASS_NAME =
      Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");

  private ServiceFile() {}

  /** The class names, in the order of the file. */
  static List<String> parse(String name, byte[] content, Refuser refuser) {
    List<String> providers = new ArrayList<>();
    for (String line : text(name, content, refuser).lines().toList()) {
      int comment = line.indexOf('#');
      String provider = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (provider.isEmpty()) {
        continue;
      }
      if (!CLASS_NAME.matcher(provider).matches()) {
        throw refuser.refuse(
            Refusal.SERVICE_MALFORMED,
            "its service file " + name + " has the line '" + line + "', which names no class");
      }
      providers.add(provider);
    }
    return providers;
  }

  private static String text(String name, byte[] content, Refuser refuser) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw refuser.refuse(
          Refusal.SERVICE_MALFORMED, "its service file " + name + " is not UTF-8 text", e);
    }
  }
}
