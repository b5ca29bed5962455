package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * Runs into every wall of {@link ArchitectureTest}. A case is a file {@code walls/<wall>/<Class>.java}: compiled beside
 * the program it breaks that wall, and no other way of breaking it hides it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WallsHoldTest {
    private static final Path WALLS = Path.of("src/test/resources/walls");

    private JavaClasses all = new ClassFileImporter().importClasses();

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> files = Files.walk(WALLS)) {
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
    void aViolationIsReported(Path planted) throws ReflectiveOperationException {
        EvaluationResult result = ArchitectureTest.wall(wall(planted)).evaluate(withOnly(name(planted)));
        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().toString()).contains(name(planted));
    }

    @Test
    void everyWallIsRunInto() throws IOException {
        Set<String> met = cases().map(WallsHoldTest::wall).collect(Collectors.toSet());
        assertThat(met).containsExactlyInAnyOrderElementsOf(ArchitectureTest.walls());
    }

    private static String wall(Path planted) {
        return planted.getParent().getFileName().toString();
    }

    private static String name(Path planted) {
        return planted.getFileName().toString().replace(".java", "");
    }

    /** The program with this planted class and no other one. */
    private JavaClasses withOnly(String planted) {
        return all.that(DescribedPredicate.describe(
                "the program and " + planted,
                (JavaClass c) -> !c.getSimpleName().startsWith("Planted")
                        || c.getSimpleName().equals(planted)));
    }
}
