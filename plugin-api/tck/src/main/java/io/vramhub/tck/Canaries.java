package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/**
 * Runs contracts on services that are known to keep or to break them, to show that a contract finds
 * what it is there to find.
 */
public final class Canaries {
  private Canaries() {}

  /** The whole contract passes, and it is as large as expected. */
  public static void passes(Class<?> contract) {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(contract))
            .execute()
            .testEvents();
    assertThat(failures(tests)).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(10);
    assertThat(tests.skipped().count()).isZero();
  }

  /** This test of the contract fails. */
  public static void fails(Class<?> contract, String test) {
    List<Method> named =
        Arrays.stream(contract.getMethods())
            .filter(method -> method.getName().equals(test) && !method.isBridge())
            .toList();
    assertThat(named).as("tests named '%s'", test).hasSize(1);
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectMethod(contract, named.getFirst()))
            .execute()
            .testEvents();
    assertThat(tests.started().count()).isEqualTo(1);
    assertThat(tests.failed().count()).as("%s finds the fault", test).isEqualTo(1);
  }

  /** The names of the tests of a contract. */
  public static List<String> tests(Class<?> contract) {
    return Arrays.stream(contract.getMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(Method::getName)
        .toList();
  }

  /** Without those of the contract of all services. */
  public static List<String> testsDeclaredBy(Class<?> contract) {
    return Arrays.stream(contract.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(Method::getName)
        .toList();
  }

  private static List<String> failures(Events tests) {
    return tests.failed().stream().map(Event::toString).toList();
  }
}
