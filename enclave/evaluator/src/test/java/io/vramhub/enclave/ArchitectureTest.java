package io.vramhub.enclave;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vramhub.enclave", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  /** The trusted base: no kernel, no native library, no framework. */
  @ArchTest
  static final ArchRule ARROWS_POINT_DOWN =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.enclave",
              "io.vramhub.attestation",
              "io.vramhub.protocol..",
              "io.vramhub.numerics..",
              "io.vramhub.api.model",
              "io.vramhub.api.error",
              "com.sun.net.httpserver",
              "org.slf4j",
              "java..",
              "org.jspecify.annotations");
}
