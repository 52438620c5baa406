package io.vramhub.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The node composes everything and is seen by nothing; plugins reach it through the plugin host
 * alone.
 */
@AnalyzeClasses(packages = "io.vramhub.node", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  private final ArchRule noPluginOnTheClassPath =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.chain..",
              "io.vramhub.storage..",
              "io.vramhub.framework..",
              "io.vramhub.evaluator..",
              "io.vramhub.rating..");

  @ArchTest
  private final ArchRule settingsAndKeysKnowNoCommand =
      noClasses()
          .that()
          .resideInAnyPackage("io.vramhub.node.settings", "io.vramhub.node.key")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vramhub.node.cli", "io.vramhub.node.devnet");

  @ArchTest
  private final ArchRule onlyWaitingBlocks =
      noClasses()
          .that()
          .doNotHaveSimpleName("Waiting")
          .should()
          .callMethod(reactor.core.publisher.Mono.class, "block")
          .orShould()
          .callMethod(reactor.core.publisher.Mono.class, "block", java.time.Duration.class)
          .orShould()
          .callMethod(reactor.core.publisher.Flux.class, "blockLast");
}
