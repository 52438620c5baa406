package io.vramhub.chain.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The plugin stands on the API, the protocol and attestation; its rules stand on nothing else. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.vramhub.chain.local");

  @Test
  void arrowsPointDownward() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.vramhub.chain.local..",
            "io.vramhub.api..",
            "io.vramhub.protocol..",
            "io.vramhub.attestation..",
            "com.sun.net.httpserver..",
            "com.typesafe.config..",
            "org.bouncycastle..",
            "org.h2..",
            "org.jspecify.annotations..",
            "org.slf4j..",
            "reactor..",
            "tools.jackson..",
            "java..")
        .check(CLASSES);
  }

  @Test
  void rulesDoNoInputOrOutput() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Rules")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..", "java.nio.file..", "java.sql..", "java.time..", "reactor..", "org.h2..")
        .check(CLASSES);
  }

  @Test
  void nothingWaitsForAMono() {
    noClasses().should().callMethod(Mono.class, "block").check(CLASSES);
  }
}
