package io.vramhub.framework.djl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vramhub.framework.djl", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule ARROWS_POINT_DOWN =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vramhub.framework.djl",
              "io.vramhub.api..",
              "java..",
              "reactor.core..",
              "org.reactivestreams",
              "com.typesafe.config",
              "org.pf4j",
              "org.slf4j",
              "ai.djl..",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule THE_PROVIDER_LOADS_WITHOUT_DJL =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Provider")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");
}
