package io.vramhub.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/**
 * The kernel knows no vendor, never blocks a reactive thread, and takes its time as a parameter.
 */
@AnalyzeClasses(
    packages = "io.vramhub.kernel",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final Set<String> TIMED =
      Set.of("delay", "timeout", "interval", "delayElement", "delaySequence", "elapsed", "timed");

  @ArchTest
  static final ArchRule ARROWS_POINT_DOWNWARD =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.node..",
              "io.vramhub.enclave..",
              "io.vramhub.attestation..",
              "io.vramhub.framework..",
              "io.vramhub.storage..",
              "io.vramhub.chain..",
              "io.vramhub.rating..");

  @ArchTest
  static final ArchRule NO_VENDOR_LIBRARY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "javax..",
              "io.vramhub..",
              "reactor..",
              "org.reactivestreams..",
              "org.pf4j..",
              "org.slf4j..",
              "org.jspecify..",
              "com.typesafe.config..");

  @ArchTest
  static final ArchRule PARTS_HAVE_NO_CYCLES =
      slices().matching("io.vramhub.kernel.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule LOWER_PARTS_DO_NOT_KNOW_THE_PIPELINES =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.vramhub.kernel.journal..",
              "io.vramhub.kernel.window..",
              "io.vramhub.kernel.plugin..",
              "io.vramhub.kernel.replica..",
              "io.vramhub.kernel.dataset..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vramhub.kernel.pipeline..");

  @ArchTest
  static final ArchRule NOTHING_BLOCKS =
      noClasses()
          .should()
          .callMethodWhere(
              target(
                  "blocks or sleeps",
                  access ->
                      access.getOwner().getFullName().startsWith("reactor.core.publisher.")
                              && access.getName().startsWith("block")
                          || access.getOwner().getFullName().equals("java.lang.Thread")
                              && access.getName().equals("sleep")));

  @ArchTest
  static final ArchRule TIME_IS_A_PARAMETER =
      noClasses()
          .should()
          .callMethodWhere(
              target(
                  "waits on the default scheduler",
                  access ->
                      access.getOwner().getFullName().startsWith("reactor.core.publisher.")
                          && TIMED.contains(access.getName())
                          && hasDuration(access)
                          && !hasScheduler(access)));

  private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaMethodCall> target(
      String description, java.util.function.Predicate<AccessTarget.MethodCallTarget> predicate) {
    return DescribedPredicate.describe(description, call -> predicate.test(call.getTarget()));
  }

  private static boolean hasDuration(AccessTarget.MethodCallTarget target) {
    return target.getRawParameterTypes().stream()
        .anyMatch(type -> type.getFullName().equals("java.time.Duration"));
  }

  private static boolean hasScheduler(AccessTarget.MethodCallTarget target) {
    return target.getRawParameterTypes().stream()
        .anyMatch(type -> type.getFullName().equals("reactor.core.scheduler.Scheduler"));
  }
}
