package io.vramhub.packaging;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Reading jars needs the plugin API, the JDK and PF4J's versions, and nothing of the kernel. */
@AnalyzeClasses(
    packages = "io.vramhub.packaging",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  private final ArchRule standsOnTheApiAlone =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.packaging..",
              "io.vramhub.api..",
              "java..",
              "org.pf4j..",
              "org.jspecify..");
}
