package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The installed launcher with several versions of Java. A fake {@code java} records each start. */
@Tag("slow")
class LauncherTest {
    private static final List<String> TOOLS =
            List.of("readlink", "dirname", "find", "head", "mkdir", "mv", "rm", "sed", "touch", "stty", "chmod");
    private static final String REMEDY = ", and it needs Java 17 or newer; install one (apt-get install"
            + " default-jre-headless, or openjdk-17-jre-headless where that is older)";

    @TempDir
    Path folder;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void installTheLauncher() throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            program(
                    tools.resolve(tool),
                    "[ -z \"${SESSIONCTL_SUDO_PASSWORD-}\" ] || echo " + tool + " >>" + folder.resolve("calls")
                            + "\nPATH=/usr/bin:/bin exec " + tool + " \"$@\"");
        }
        Files.createDirectories(folder.resolve("home"));
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.copy(Path.of("sessionctl"), bin.resolve("sessionctl"));
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib/sessionctl.jar"), "");
    }

    @ParameterizedTest
    @CsvSource({"11.0.20, 11", "1.8.0_392, 8", "16-ea, 16"})
    void refusesAJavaBefore17WithoutStartingIt(String version, String major) throws Exception {
        Path java = java("jvm/old", version);
        release("jvm/old", version);

        assertThat(launch(Map.of("JAVA_HOME", folder.resolve("jvm/old").toString())))
                .isEqualTo(new Ended(
                        5, "", "sessionctl: " + java + " is Java " + major + REMEDY + ", or correct JAVA_HOME\n"));
        assertThat(starts()).isEmpty();
    }

    @Test
    void refusesAJavaBefore17ThatHasNoReleaseFile() throws Exception {
        Path java = java("tools/..", "11.0.20");
        Files.move(java, folder.resolve("tools/java"));

        assertThat(launch(Map.of()))
                .isEqualTo(new Ended(
                        5, "", "sessionctl: " + folder.resolve("tools/java") + " is Java 11" + REMEDY + "\n"));
    }

    @Test
    void refusesTheOldJreInsideAJdk() throws Exception {
        java("jvm/old/jre", "1.8.0_392");
        release("jvm/old", "1.8.0_392");

        Ended ended = launch(Map.of("JAVA_HOME", folder.resolve("jvm/old/jre").toString()));
        assertThat(ended.code()).isEqualTo(5);
        assertThat(ended.err()).contains("is Java 8").hasLineCount(1);
        assertThat(starts()).isEmpty();
    }

    @Test
    void reportsThatJavaIsMissing() throws Exception {
        assertThat(launch(Map.of())).isEqualTo(new Ended(5, "", "sessionctl: there is no Java here" + REMEDY + "\n"));
        assertThat(launch(Map.of("JAVA_HOME", "/nowhere")))
                .isEqualTo(new Ended(
                        5,
                        "",
                        "sessionctl: there is no Java here at /nowhere/bin/java" + REMEDY
                                + ", or correct JAVA_HOME\n"));
    }

    @Test
    void reportsAJavaThatDoesNotStart() throws Exception {
        Path java = java("jvm/broken", "17");
        Files.writeString(java, "#!/bin/sh\necho 'no runtime present' >&2\nexit 1\n");

        Ended ended = launch(Map.of("JAVA_HOME", folder.resolve("jvm/broken").toString()));
        assertThat(ended.code()).isEqualTo(5);
        assertThat(ended.err())
                .startsWith("sessionctl: " + java + " does not start" + REMEDY)
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.12", "21", "25.0.1"})
    void startsJava17OrNewerOnceARunIfItsReleaseFileNamesTheVersion(String version) throws Exception {
        java("jvm/new", version);
        release("jvm/new", version);
        assertStartsOnceARun("jvm/new");
    }

    @Test
    void asksAJavaWithoutAReleaseFileForItsVersionOnlyOnce() throws Exception {
        java("jvm/new", "21.0.1");
        assertStartsOnceARun("jvm/new");
    }

    @Test
    void passesThePasswordToTheProgramButNotToItsHelpers() throws Exception {
        Path java = java("jvm/new", "21.0.1");
        Files.writeString(
                java,
                Files.readString(java)
                        .replace("echo started", "echo \"started with $SESSIONCTL_SUDO_PASSWORD\"")
                        .replace("-version)", "-version) [ -z \"${SESSIONCTL_SUDO_PASSWORD-}\" ] || exit 1;"));
        Map<String, String> environment = Map.of(
                "JAVA_HOME", folder.resolve("jvm/new").toString(), "SESSIONCTL_SUDO_PASSWORD", "it's $one \"word\"");
        assertThat(launch(environment, "status").out()).isEqualTo("started with it's $one \"word\"\n");
        assertThat(folder.resolve("calls")).doesNotExist();
        // Without the password, the program starts in the same way.
        assertThat(launch(Map.of("JAVA_HOME", folder.resolve("jvm/new").toString()), "status")
                        .out())
                .isEqualTo("started with \n");
    }

    /** script(1) gives the launcher a terminal at all three streams. */
    @ParameterizedTest
    @CsvSource({"'', in out err", "</dev/null, out err", ">/dev/null, in err", "2>/dev/null, in out"})
    void passesOnWhichStreamsAreTerminals(String redirection, String terminals) throws Exception {
        java("jvm/new", "21.0.1");
        release("jvm/new", "21.0.1");
        String command = folder.resolve("bin/sessionctl") + " status " + redirection;
        Ended ended = launched(
                Map.of("JAVA_HOME", folder.resolve("jvm/new").toString()),
                List.of("/usr/bin/script", "-qec", command, "/dev/null"));
        assertThat(ended.code()).as(ended.out()).isZero();
        String start = starts().get(starts().size() - 1);
        assertThat(Stream.of("in", "out", "err").filter(name -> start.contains("-Dsessionctl.tty." + name + "=true")))
                .containsExactly(terminals.split(" "));
    }

    /** A program that prints the content of the file that its first argument names. */
    static final class Opens {
        private Opens() {}

        public static void main(String[] words) throws IOException {
            System.out.println(words[0].equals("warm-up") ? "" : Files.readString(Path.of(words[0])));
        }
    }

    /** In the C locale, and in one that is not installed, Java by itself decodes ASCII characters only. */
    @ParameterizedTest
    @CsvSource({"LC_ALL, C", "LC_ALL, POSIX", "LC_CTYPE, C", "LANG, xx_XX.UTF-8", "LC_ALL, C.UTF-8", "LANG, ''"})
    void aFileNameWithNonAsciiCharactersIsFoundInEveryLocale(String variable, String locale) throws Exception {
        String name = Opens.class.getName();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, name);
        String file = name.replace('.', '/') + ".class";
        try (InputStream program = Opens.class.getResourceAsStream("/" + file);
                JarOutputStream jar =
                        new JarOutputStream(Files.newOutputStream(folder.resolve("lib/sessionctl.jar")), manifest)) {
            jar.putNextEntry(new ZipEntry(file));
            jar.write(program.readAllBytes());
        }
        String script = "f=" + folder + "/$(printf 'schl\\303\\274ssel.yml'); echo found >\"$f\"; exec "
                + folder.resolve("bin/sessionctl") + " \"$f\"";
        Map<String, String> environment = Map.of(variable, locale, "JAVA_HOME", System.getProperty("java.home"));
        assertThat(launched(environment, List.of("/bin/sh", "-c", script))).isEqualTo(new Ended(0, "found\n\n", ""));
    }

    private void assertStartsOnceARun(String home) throws Exception {
        Map<String, String> environment =
                Map.of("JAVA_HOME", folder.resolve(home).toString());
        assertThat(launch(environment, "status")).isEqualTo(new Ended(0, "started\n", ""));
        Files.delete(folder.resolve("starts"));

        assertThat(launch(environment, "status")).isEqualTo(new Ended(0, "started\n", ""));
        assertThat(starts()).singleElement().asString().endsWith("sessionctl.jar status");
    }

    private Path java(String home, String version) throws IOException {
        Path java = folder.resolve(home).resolve("bin/java");
        Files.createDirectories(java.getParent());
        program(
                java,
                "echo \"$@\" >>" + folder.resolve("starts") + "\n"
                        + "case $* in\n-version) echo 'openjdk version \"" + version + "\" 2023-07-18' >&2 ;;\n"
                        + "*-Xshare:dump*) for word; do case $word in -XX:SharedArchiveFile=*) touch \"${word#*=}\" ;;"
                        + " esac; done ;;\n*warm-up*) ;;\n*) echo started ;;\nesac\n");
        return java;
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void release(String home, String version) throws IOException {
        Files.writeString(
                folder.resolve(home).resolve("release"),
                "IMPLEMENTOR=\"Some One\"\nJAVA_VERSION=\"" + version + "\"\nJAVA_VERSION_DATE=\"2023-07-18\"\n");
    }

    private List<String> starts() throws IOException {
        Path starts = folder.resolve("starts");
        return Files.exists(starts) ? Files.readAllLines(starts) : List.of();
    }

    private Ended launch(Map<String, String> environment, String... words) throws Exception {
        List<String> all = new java.util.ArrayList<>(
                List.of("/bin/sh", folder.resolve("bin/sessionctl").toString()));
        all.addAll(List.of(words));
        return launched(environment, all);
    }

    private Ended launched(Map<String, String> environment, List<String> words) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectError(folder.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("tools").toString());
        builder.environment().put("HOME", folder.resolve("home").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, Files.readString(folder.resolve("err")));
    }
}
