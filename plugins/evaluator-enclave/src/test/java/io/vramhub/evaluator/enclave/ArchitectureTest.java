package io.vramhub.evaluator.enclave;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vramhub.evaluator.enclave", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule ARROWS_POINT_DOWN =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.evaluator.enclave",
              "io.vramhub.api..",
              "io.vramhub.protocol.message",
              "io.vramhub.attestation",
              "com.typesafe.config",
              "reactor..",
              "org.reactivestreams",
              "java..",
              "org.jspecify.annotations");
}
