package io.vramhub.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules stay pure: nothing above them, no I/O framework, no clock, and no cycles. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.vramhub.protocol");

  @Test
  void arrowsPointDownward() {
    classes()
        .that()
        .resideInAPackage("io.vramhub.protocol..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.vramhub.protocol..",
            "io.vramhub.numerics..",
            "io.vramhub.api.model..",
            "io.vramhub.api.error..",
            "com.typesafe.config..",
            "org.jspecify.annotations..",
            "jdk.incubator.vector..",
            "javax.crypto..",
            "java..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.vramhub.protocol.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void rulesReadNoClock() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .check(CLASSES);
  }
}
