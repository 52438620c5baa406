package io.vramhub.vramscan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** VRAMScan stands on the plugin API and the protocol, and never waits inside a pipeline. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.vramhub.vramscan");

  @Test
  void arrowsPointDownward() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.vramhub.vramscan..",
            "io.vramhub.api..",
            "io.vramhub.protocol..",
            "com.typesafe.config..",
            "org.h2..",
            "org.postgresql..",
            "org.jspecify.annotations..",
            "org.reactivestreams..",
            "org.slf4j..",
            "reactor..",
            "tools.jackson..",
            "java..")
        .check(CLASSES);
  }

  @Test
  void nothingBlocksOnAPublisher() {
    noClasses()
        .should()
        .callMethodWhere(
            JavaCall.Predicates.target(
                HasName.Predicates.nameMatching("block(First|Last|Optional)?|toIterable|toStream")))
        .check(CLASSES);
  }
}
