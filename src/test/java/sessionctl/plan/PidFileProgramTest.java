package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.command.Scripts;

/**
 * The PID file that systemd waits for is written by root. Files and links that the service's user created must not
 * make root write or read any other file.
 */
@Tag("slow")
@Timeout(60)
class PidFileProgramTest {
    private static final int USER = 65_534;

    @TempDir
    private Path folder = Path.of("");

    /** A process of the service. */
    private final long pid = ProcessHandle.current().pid();

    private Path run = folder;
    private Path victim = folder;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = folder.toRealPath();
        open(folder, "rwxr-xr-x");
        run = open(Files.createDirectories(folder.resolve("run")), "rwxr-xr-x");
        victim = Files.writeString(folder.resolve("victim"), "precious\n");
        Files.createDirectory(folder.resolve("bin"));
    }

    private static Path open(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /** Makes the service's user the owner of a file or link. */
    private static Path give(Path path) throws IOException {
        assertThat(System.getProperty("user.name"))
                .as("only root can give a folder to another user; run src/test/run")
                .isEqualTo("root");
        Files.setAttribute(path, "unix:uid", USER, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", USER, LinkOption.NOFOLLOW_LINKS);
        return path;
    }

    /** Returns the program after checking that both places hold the same bytes, apart from systemd's quoting. */
    private static String program() throws IOException {
        String unit = between(Files.readString(Path.of("templates/memcached.service.ftl")), " \\\n", "' %n\n")
                .replace(" \\\n", "\n")
                .replace("$$", "$");
        String script = between(Scripts.text("plan/configure.sh"), "\n", "' \"$service.service\"");
        assertThat(unit.strip()).isEqualTo(script.strip().replace("\n    ", "\n"));
        return unit;
    }

    private static String between(String text, String first, String last) {
        int end = text.indexOf(last);
        int start = text.lastIndexOf(" -e '" + first, end);
        assertThat(start).isPositive();
        return text.substring(start + 5 + first.length(), end);
    }

    /** Returns the exit code of the program for a unit of memcached that names this file. */
    private int write(String file) throws IOException, InterruptedException {
        Path systemctl = Files.writeString(
                folder.resolve("bin/systemctl"),
                "#!/bin/sh\n[ \"$*\" = 'show -p PIDFile memcached.service' ] && echo PIDFile=" + file + "\n");
        open(systemctl, "rwxr-xr-x");
        ProcessBuilder perl = new ProcessBuilder(
                "perl", "-l", "-MFcntl", "-MPOSIX=setgid,setuid", "-e", program(), "memcached.service");
        perl.environment().put("PATH", folder + "/bin:/usr/bin:/bin");
        perl.environment().put("MAINPID", Long.toString(pid));
        Process process = perl.inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private int write(Path file) throws IOException, InterruptedException {
        return write(file.toString());
    }

    private void assertWritten(Path file, Object owner) throws IOException {
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(file).hasContent(pid + "\n");
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(owner);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(victim).hasContent("precious\n");
    }

    /** Files that may exist already, created by the user of the service if the folder belongs to that user. */
    @ParameterizedTest
    @CsvSource({
        "nothing,false", "link,false", "device,false", "fifo,false", "link to fifo,false", "stale,false",
        "nothing,true", "link,true", "device,true", "fifo,true", "link to fifo,true", "stale,true"
    })
    void onlyARegularPidFileInTheFolderIsWritten(String there, boolean users) throws Exception {
        Path own = users ? give(Files.createDirectory(run.resolve("memcached"))) : run;
        Path file = own.resolve("memcached.pid");
        Path fifo = folder.resolve("fifo");
        switch (there) {
            case "link" -> Files.createSymbolicLink(file, victim);
            case "device" -> Files.createSymbolicLink(file, Path.of("/dev/null"));
            case "fifo" ->
                assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                        .isZero();
            case "link to fifo" -> {
                assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                        .isZero();
                Files.createSymbolicLink(file, fifo);
            }
            case "stale" -> Files.writeString(file, "1\n");
            default -> {}
        }
        assertThat(write(file)).isZero();
        assertWritten(file, Files.getAttribute(own, "unix:uid"));
    }

    /** Links that the service's user may put in place of a folder of the path. */
    @ParameterizedTest
    @ValueSource(strings = {"link of the user", "link of root", "link in a folder of all"})
    void thePidFileIsNeverWrittenAsRootThroughALinkOfTheUser(String kind) throws Exception {
        Path secret = Files.createDirectory(folder.resolve("etc"));
        Path own = give(Files.createDirectory(run.resolve("memcached")));
        Path way = kind.equals("link of the user")
                ? give(Files.createSymbolicLink(own.resolve("sub"), secret))
                : kind.equals("link of root")
                        ? Files.createSymbolicLink(run.resolve("sub"), own)
                        : give(Files.createSymbolicLink(open(run, "rwxrwxrwx").resolve("sub"), secret));
        if (kind.equals("link of root")) {
            Files.createSymbolicLink(own.resolve("more"), secret);
        }
        Path file = way.resolve(kind.equals("link of root") ? "more/precious" : "precious");
        Files.writeString(secret.resolve("precious"), "precious\n");
        write(file);
        assertThat(secret.resolve("precious")).hasContent("precious\n");
        assertThat(secret).isDirectoryContaining(f -> f.endsWith("precious"));
    }

    @Test
    void aMissingFolderIsCreated() throws Exception {
        Path file = run.resolve("cache/not/there.pid");
        assertThat(write(file)).isZero();
        assertWritten(file, Files.getAttribute(run, "unix:uid"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwxr-xr-x");
    }

    /** A file as memcached itself writes it. */
    @Test
    void aCorrectPidFileIsNotReplaced() throws Exception {
        Path file = Files.writeString(run.resolve("memcached.pid"), pid + "\n");
        Object before = Files.getAttribute(file, "unix:ino");
        assertThat(write(file)).isZero();
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
    }

    @Test
    void withoutAPidFileInTheUnitNothingIsWritten() throws Exception {
        assertThat(write("")).isZero();
        assertThat(run).isEmptyDirectory();
    }

    /** The sticky bit protects a folder that several users may write to. */
    @Test
    void aFolderWithTheStickyBitIsTreatedAsRoots() throws Exception {
        give(Files.createSymbolicLink(run.resolve("cache.pid"), victim));
        assertThat(new ProcessBuilder("chmod", "1777", run.toString()).start().waitFor())
                .isZero();
        assertThat(write(run.resolve("cache.pid"))).isZero();
        assertWritten(run.resolve("cache.pid"), Files.getAttribute(run, "unix:uid"));
    }
}
