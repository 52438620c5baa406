package io.vramhub.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What a plugin compiles against drags in nothing but what the host shares with every plugin. */
@AnalyzeClasses(packages = "io.vramhub.api", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  private final ArchRule onlySharedPackages =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.api..",
              "java..",
              "reactor.core..",
              "org.reactivestreams..",
              "org.pf4j..",
              "org.slf4j..",
              "org.jspecify..",
              "com.typesafe.config..");
}
