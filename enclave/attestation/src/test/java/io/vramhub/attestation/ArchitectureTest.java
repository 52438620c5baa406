package io.vramhub.attestation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vramhub.attestation", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule ARROWS_POINT_DOWN =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.attestation",
              "io.vramhub.api.model",
              "io.vramhub.api.error",
              "java..",
              "org.bouncycastle..",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule ONLY_THE_SOFTWARE_ROOT_NEEDS_BOUNCY_CASTLE =
      noClasses()
          .that()
          .haveNameNotMatching(".*SoftwareRoot")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");
}
