package io.vramhub.rating.openskill;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * The plugin compiles against the API and the rules, never against the kernel or another plugin.
 */
final class ArchitectureTest {
  @Test
  void arrowsPointDownward() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.vramhub.rating.openskill..",
            "io.vramhub.protocol.rating..",
            "io.vramhub.api..",
            "com.typesafe.config..",
            "reactor.core..",
            "org.jspecify.annotations..",
            "java..")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.vramhub.rating.openskill"));
  }
}
