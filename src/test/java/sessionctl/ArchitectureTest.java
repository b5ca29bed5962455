package sessionctl;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The rules for the program's packages. {@link ArchitectureRulesTest} tests each of them. */
@AnalyzeClasses(packages = "sessionctl", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> PACKAGES = List.of(
            "command",
            "inventory",
            "ini",
            "state",
            "guard",
            "membership",
            "desired",
            "facts",
            "plan",
            "ssh",
            "apply",
            "ports",
            "fleet",
            "verify",
            "health",
            "lab",
            "manual",
            "report",
            "action",
            "cli");

    private static final List<String> CORE = List.of(
            "command",
            "inventory",
            "ini",
            "state",
            "guard",
            "membership",
            "desired",
            "facts",
            "plan",
            "health",
            "manual");

    /**
     * The packages of libraries and the packages of the program that may use them. Gson is not listed: several packages
     * read or write JSON.
     */
    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "net.schmizz..", List.of("ssh"),
            "com.hierynomus..", List.of("ssh"),
            "org.bouncycastle..", List.of("ssh"),
            "picocli..", List.of("cli"),
            "freemarker..", List.of("desired", "report.html"),
            "org.yaml..", List.of("inventory"),
            "com.github.difflib..", List.of("plan"));

    @ArchTest
    static final ArchRule EVERY_CLASS_IS_IN_A_PACKAGE = classes().should().resideInAnyPackage(packages(PACKAGES));

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLE =
            slices().matching("sessionctl.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule SUBPACKAGES_FORM_NO_CYCLE =
            slices().matching("sessionctl.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule CORE_DOES_NO_IO = noClasses()
            .that()
            .resideInAnyPackage(packages(CORE))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java[.]io[.](Console|(File|RandomAccessFile).*)")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java[.]lang[.](Thread|Process|Runtime)(Builder|Group|Local|Handle)?")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java[.]time[.](Clock|Instant|Local.*|Zoned.*|Offset.*)")
            .orShould()
            .accessField(System.class, "in")
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule PACKAGES_USE_ONLY_THESE = layers().whereLayer("command")
            .mayNotAccessAnyLayer()
            .whereLayer("inventory")
            .mayNotAccessAnyLayer()
            .whereLayer("ini")
            .mayOnlyAccessLayers("state")
            .whereLayer("state")
            .mayNotAccessAnyLayer()
            .whereLayer("guard")
            .mayOnlyAccessLayers("command")
            .whereLayer("lab")
            .mayNotAccessAnyLayer()
            .whereLayer("manual")
            .mayNotAccessAnyLayer()
            .whereLayer("membership")
            .mayOnlyAccessLayers("guard", "ini", "inventory", "state")
            .whereLayer("desired")
            .mayOnlyAccessLayers("command", "guard", "ini", "inventory", "membership", "state")
            .whereLayer("facts")
            .mayOnlyAccessLayers("command", "guard", "state")
            .whereLayer("plan")
            .mayOnlyAccessLayers("command", "guard", "inventory", "membership", "state")
            .whereLayer("ssh")
            .mayOnlyAccessLayers("command", "inventory")
            .whereLayer("apply")
            .mayOnlyAccessLayers("command", "inventory", "state", "facts", "plan", "ssh")
            .whereLayer("ports")
            .mayOnlyAccessLayers("command", "inventory", "ssh")
            .whereLayer("fleet")
            .mayOnlyAccessLayers("command", "inventory", "state", "facts", "plan", "ssh", "apply", "ports")
            .whereLayer("verify")
            .mayOnlyAccessLayers("command", "ini", "inventory", "state", "ssh", "ports", "fleet")
            .whereLayer("health")
            .mayOnlyAccessLayers("command", "ini", "inventory", "state", "membership", "plan", "ports")
            .whereLayer("report")
            .mayOnlyAccessLayers("inventory", "state", "plan", "apply", "ports", "verify", "fleet", "health")
            .whereLayer("action")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule LIBRARIES_ARE_USED_ONLY_BY_THESE = CompositeArchRule.of(LIBRARIES.entrySet().stream()
            .map(library -> noClasses()
                    .that(not(resideInAnyPackage(packages(library.getValue()))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(library.getKey())
                    .as("only " + library.getValue() + " may use " + library.getKey()))
            .toList());

    private static String[] packages(List<String> names) {
        return names.stream().map(name -> "sessionctl." + name + "..").toArray(String[]::new);
    }

    private static LayeredArchitecture layers() {
        LayeredArchitecture architecture = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : PACKAGES) {
            architecture = architecture.layer(name).definedBy("sessionctl." + name + "..");
        }
        return architecture;
    }

    /** Returns the rule that a field of this class holds. */
    static ArchRule rule(String name) throws ReflectiveOperationException {
        return (ArchRule) ArchitectureTest.class.getDeclaredField(name).get(null);
    }

    /** Returns the field names of all rules, sorted. */
    static List<String> rules() {
        return Arrays.stream(ArchitectureTest.class.getDeclaredFields())
                .filter(f -> f.isAnnotationPresent(ArchTest.class))
                .map(f -> f.getName())
                .sorted()
                .toList();
    }
}
