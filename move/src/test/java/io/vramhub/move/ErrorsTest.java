package io.vramhub.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Move package aborts with the numbers and names of the manual, which are the ledger's. */
final class ErrorsTest {
  private static final Path ERRORS = Path.of("sources", "errors.move");
  private static final Path MANUAL = Path.of("..", "distribution", "docs", "abort-codes.md");
  private static final Pattern MACRO =
      Pattern.compile("public\\(package\\) macro fun (\\w+)\\(\\): u64 \\{ (\\d+) }");
  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| `([A-Z_]+)` \\|.*");

  /** From here on the numbers are the Move package's own. */
  private static final int FIRST_OF_MOVE = 120;

  @Test
  void everyCodeOfThePackageHasItsNumberAndNameInTheManual() throws IOException {
    assertThat(listed()).containsAllEntriesOf(ofThePackage());
  }

  @Test
  void theManualListsNoCodeOfThePackageThatIsNotThere() throws IOException {
    assertThat(ofThePackage().keySet()).containsAll(listed().tailMap(FIRST_OF_MOVE).keySet());
  }

  @Test
  void theCodesThatThePackageDoesNotHaveAreThoseTheManualNames() throws IOException {
    List<String> missing = new ArrayList<>();
    SortedMap<Integer, String> codes = ofThePackage();
    for (AbortCode code : AbortCode.values()) {
      if (!codes.containsKey(code.number())) {
        missing.add(code.name());
      }
    }
    assertThat(missing)
        .containsExactly(
            "INSUFFICIENT_BALANCE",
            "KEY_REUSED",
            "ATTESTATION_MALFORMED",
            "ATTESTATION_UNTRUSTED",
            "FAUCET_LIMIT");
    String alone = Files.readString(MANUAL).split("Met on the local ledger alone:", 2)[1];
    assertThat(missing).allSatisfy(name -> assertThat(alone).contains('`' + name + '`'));
  }

  private static SortedMap<Integer, String> ofThePackage() throws IOException {
    SortedMap<Integer, String> codes = new TreeMap<>();
    Matcher macro = MACRO.matcher(Files.readString(ERRORS));
    while (macro.find()) {
      String name = macro.group(1).toUpperCase(Locale.ROOT);
      assertThat(codes.put(Integer.parseInt(macro.group(2)), name))
          .as("the number of %s is used once", name)
          .isNull();
    }
    assertThat(codes).isNotEmpty();
    return codes;
  }

  private static SortedMap<Integer, String> listed() throws IOException {
    SortedMap<Integer, String> codes = new TreeMap<>();
    for (String line : Files.readAllLines(MANUAL)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        codes.put(Integer.parseInt(row.group(1)), row.group(2));
      }
    }
    return codes;
  }
}
