package io.vramhub.storage.r2;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A plugin stands on the plugin API alone, and never waits inside a pipeline. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.vramhub.storage.r2");

  @Test
  void arrowsPointDownward() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.vramhub.storage.r2..",
            "io.vramhub.api..",
            "com.typesafe.config..",
            "org.jspecify.annotations..",
            "org.reactivestreams..",
            "reactor..",
            "software.amazon.awssdk..",
            "java..")
        .check(CLASSES);
  }

  @Test
  void nothingBlocksOnAPublisher() {
    noClasses()
        .should()
        .callMethodWhere(
            com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                    "block(First|Last|Optional)?|toIterable|toStream")))
        .check(CLASSES);
  }
}
