package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.plan.Plan;

/**
 * Checks that each rule of {@link ArchitectureTest} reports a violation. A case is a file {@code
 * architecture/<rule>/<Class>.java} that breaks that rule when it is compiled together with the program.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureRulesTest {
    private static final Path CASES = Path.of("src/test/resources/architecture");

    /** The reports of the rules, each made once. */
    private final Map<String, String> reports = new HashMap<>();

    private JavaClasses all = new ClassFileImporter().importClasses();

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList().stream();
        }
    }

    @BeforeAll
    void plant(@TempDir Path folder) throws IOException, URISyntaxException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none", "-nowarn", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
        cases().forEach(file -> arguments.add(file.toString()));
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        URL program = Plan.class.getProtectionDomain().getCodeSource().getLocation();
        all = new ClassFileImporter().importPaths(Path.of(program.toURI()), folder);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aViolationIsReported(Path planted) {
        assertThat(reports.computeIfAbsent(rule(planted), this::report)).contains(name(planted));
    }

    @Test
    void everyRuleHasACaseThatViolatesIt() throws IOException {
        Set<String> violated = cases().map(ArchitectureRulesTest::rule).collect(Collectors.toSet());
        assertThat(violated).containsExactlyInAnyOrderElementsOf(ArchitectureTest.rules());
    }

    private static String rule(Path planted) {
        return planted.getParent().getFileName().toString();
    }

    private static String name(Path planted) {
        return planted.getFileName().toString().replace(".java", "");
    }

    /** Returns what a rule reports about the program with all classes that were planted for this rule. */
    private String report(String rule) {
        try {
            Set<String> planted = cases().filter(file -> rule(file).equals(rule))
                    .map(ArchitectureRulesTest::name)
                    .collect(Collectors.toSet());
            JavaClasses classes = all.that(DescribedPredicate.describe(
                    "the program and what is planted for " + rule,
                    (JavaClass c) -> !c.getSimpleName().startsWith("Planted") || planted.contains(c.getSimpleName())));
            return ArchitectureTest.rule(rule)
                    .evaluate(classes)
                    .getFailureReport()
                    .toString();
        } catch (IOException | ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
