package io.vramhub.seal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The scheme knows neither wire nor network; client and server know nothing of each other. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.vramhub.seal");

  @Test
  void theSchemeIsArithmeticAlone() {
    classes()
        .that()
        .resideInAPackage("io.vramhub.seal.scheme..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.vramhub.seal.scheme..",
            "io.vramhub.api.model..",
            "io.vramhub.api.error..",
            "io.vramhub.protocol.message..",
            "supranational.blst..",
            "org.jspecify.annotations..",
            "java.lang..",
            "java.math..",
            "java.nio..",
            "java.security..",
            "java.util..",
            "javax.crypto..")
        .check(CLASSES);
  }

  @Test
  void blstIsTheSchemesMatter() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vramhub.seal.scheme..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("supranational..")
        .check(CLASSES);
  }

  @Test
  void clientAndServerMeetOnTheWire() {
    noClasses()
        .that()
        .resideInAPackage("io.vramhub.seal.client..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vramhub.seal.server..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.vramhub.seal.server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vramhub.seal.client..")
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
