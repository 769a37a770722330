package org.pullboot.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of docs/ARCHITECTURE.md, and what only one room may do. */
final class ArchitectureTest {
    private static final List<String> ROOMS = List.of(
            "linux",
            "image",
            "pull",
            "openpgp",
            "generator",
            "oci",
            "uefi",
            "uki",
            "initrd",
            "agent",
            "volume",
            "nvme",
            "fleet",
            "serve",
            "vm",
            "cli");

    private static JavaClasses code;

    @BeforeAll
    static void read() {
        code = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.pullboot");
        for (String room : ROOMS) {
            assertThat(code.stream().anyMatch(type -> type.getPackageName().equals("org.pullboot." + room)))
                    .as("classes of " + room)
                    .isTrue();
        }
    }

    @Test
    void arrowsOnlyGoDown() {
        Architectures.LayeredArchitecture layers =
                Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String room : ROOMS) {
            layers = layers.layer(room).definedBy("org.pullboot." + room);
        }
        layers.whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("agent")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("vm")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("serve")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("nvme")
                .mayOnlyBeAccessedByLayers("serve", "cli")
                .whereLayer("volume")
                .mayOnlyBeAccessedByLayers("nvme", "serve", "cli")
                .whereLayer("fleet")
                .mayOnlyBeAccessedByLayers("serve", "cli")
                .whereLayer("initrd")
                .mayOnlyBeAccessedByLayers("serve", "cli")
                .whereLayer("uki")
                .mayOnlyBeAccessedByLayers("serve", "cli")
                .whereLayer("uefi")
                .mayOnlyBeAccessedByLayers("uki", "agent", "serve", "vm", "cli")
                .whereLayer("openpgp")
                .mayOnlyBeAccessedByLayers("serve", "cli")
                .whereLayer("generator")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("pull")
                .mayOnlyBeAccessedByLayers("openpgp", "generator", "oci", "agent", "serve", "cli")
                .whereLayer("oci")
                .mayOnlyBeAccessedByLayers("agent", "serve", "cli")
                .whereLayer("image")
                .mayOnlyBeAccessedByLayers("pull", "oci", "uki", "initrd", "agent", "fleet", "serve", "cli")
                .whereLayer("linux")
                .mayOnlyBeAccessedByLayers(
                        "image",
                        "pull",
                        "generator",
                        "oci",
                        "uefi",
                        "initrd",
                        "agent",
                        "volume",
                        "fleet",
                        "serve",
                        "cli")
                .check(code);
    }

    @Test
    void onlyLinuxTouchesForeignMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.pullboot.linux")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign")
                .check(code);
    }

    @Test
    void theAgentUsesTheJdkAndOurModulesOnly() {
        classes()
                .that()
                .resideInAnyPackage(packages("linux", "image", "pull", "generator", "oci", "uefi", "agent"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.net.ssl..", "org.jspecify..", "org.pullboot..")
                .check(code);
        noClasses()
                .that()
                .resideInAnyPackage(packages("linux", "image", "pull", "generator", "oci", "uefi", "agent"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "java.net.http..", "java.util.regex..")
                .check(code);
    }

    @Test
    void pureFormatsReachNoNetwork() {
        noClasses()
                .that()
                .resideInAnyPackage(packages("uefi", "uki", "image", "openpgp"))
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(Socket|ServerSocket|URLConnection|HttpURLConnection|DatagramSocket)")
                .check(code);
    }

    @Test
    void noStaticStateChanges() {
        fields().that().areStatic().should().beFinal().check(code);
    }

    private static String[] packages(String... rooms) {
        return Arrays.stream(rooms).map(room -> "org.pullboot." + room).toArray(String[]::new);
    }
}
