package sessionctl;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
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

/** The walls of the house; {@link WallsHoldTest} runs into each of them. */
@AnalyzeClasses(packages = "sessionctl", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> ROOMS = List.of(
            "command",
            "inventory",
            "state",
            "desired",
            "facts",
            "plan",
            "ssh",
            "apply",
            "verify",
            "fleet",
            "health",
            "lab",
            "manual",
            "report",
            "cli");

    private static final List<String> CORE =
            List.of("command", "inventory", "state", "desired", "facts", "plan", "health", "manual");

    /** An outside library's packages, and the one room that knows them. */
    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "ssh", List.of("net.schmizz..", "com.hierynomus..", "org.bouncycastle.."),
            "cli", List.of("picocli.."),
            "desired", List.of("freemarker.."),
            "inventory", List.of("org.yaml.."),
            "report", List.of("com.google.gson.."),
            "plan", List.of("com.github.difflib.."));

    @ArchTest
    static final ArchRule EVERY_CLASS_LIVES_IN_A_ROOM = classes()
            .should()
            .resideInAnyPackage(ROOMS.stream().map(r -> "sessionctl." + r).toArray(String[]::new));

    @ArchTest
    static final ArchRule ROOMS_FORM_NO_CYCLE =
            slices().matching("sessionctl.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule CORE_TOUCHES_NOTHING_OUTSIDE = noClasses()
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
    static final ArchRule DOORS = rooms().whereLayer("command")
            .mayNotAccessAnyLayer()
            .whereLayer("inventory")
            .mayNotAccessAnyLayer()
            .whereLayer("state")
            .mayNotAccessAnyLayer()
            .whereLayer("lab")
            .mayNotAccessAnyLayer()
            .whereLayer("manual")
            .mayNotAccessAnyLayer()
            .whereLayer("desired")
            .mayOnlyAccessLayers("command", "inventory", "state")
            .whereLayer("facts")
            .mayOnlyAccessLayers("command", "state")
            .whereLayer("plan")
            .mayOnlyAccessLayers("command", "inventory", "state")
            .whereLayer("ssh")
            .mayOnlyAccessLayers("command", "inventory")
            .whereLayer("apply")
            .mayOnlyAccessLayers("command", "inventory", "state", "facts", "plan", "ssh")
            .whereLayer("verify")
            .mayOnlyAccessLayers("command", "inventory", "ssh")
            .whereLayer("fleet")
            .mayOnlyAccessLayers("command", "inventory", "state", "facts", "plan", "ssh", "apply", "verify")
            .whereLayer("health")
            .mayOnlyAccessLayers("command", "inventory", "state", "plan", "verify")
            .whereLayer("report")
            .mayOnlyAccessLayers("inventory", "state", "plan", "apply", "verify", "fleet", "health")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule EVERY_LIBRARY_HAS_ONE_ROOM = CompositeArchRule.of(LIBRARIES.entrySet().stream()
            .map(library -> noClasses()
                    .that(not(resideInAPackage("sessionctl." + library.getKey() + "..")))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(library.getValue().toArray(String[]::new))
                    .as("only " + library.getKey() + " knows " + library.getValue()))
            .toList());

    private static String[] packages(List<String> rooms) {
        return rooms.stream().map(r -> "sessionctl." + r + "..").toArray(String[]::new);
    }

    private static LayeredArchitecture rooms() {
        LayeredArchitecture architecture = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String room : ROOMS) {
            architecture = architecture.layer(room).definedBy("sessionctl." + room + "..");
        }
        return architecture;
    }

    /** The walls by the names of their fields, for those who run into them. */
    static ArchRule wall(String name) throws ReflectiveOperationException {
        return (ArchRule) ArchitectureTest.class.getDeclaredField(name).get(null);
    }

    /** The names of all walls. */
    static List<String> walls() {
        return Arrays.stream(ArchitectureTest.class.getDeclaredFields())
                .filter(f -> f.isAnnotationPresent(ArchTest.class))
                .map(f -> f.getName())
                .sorted()
                .toList();
    }
}
