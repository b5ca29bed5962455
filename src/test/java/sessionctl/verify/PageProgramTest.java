package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.ScriptDroplet;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.verify.http.ProbePage;
import sessionctl.verify.http.Site;

/** Runs the probe page's program in a folder that stands for a droplet. */
@Tag("slow")
@Timeout(60)
class PageProgramTest {

    @TempDir
    private Path folder = Path.of("");

    private final ProbePage page = ProbePage.random();
    private ScriptDroplet droplet = new ScriptDroplet(folder);
    private Path root = folder;

    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder).withSystemd();
        Files.createDirectories(droplet.path("/etc/systemd/system/multi-user.target.wants"));
        root = Files.createDirectories(droplet.folder().resolve("srv/shop"));
    }

    private static Site site(Path root) {
        return new Site(80, null, null, "", root.toString());
    }

    private CommandResult up(ProbePage one, Site site) {
        return droplet.run(one.deployCommand(site, 300));
    }

    private CommandResult down() {
        return droplet.run(page.removeCommand("127.0.0.1", 1, List.of()));
    }

    private Path file() {
        return root.resolve(page.name());
    }

    private List<String> remainingFiles() throws IOException {
        try (Stream<Path> files = Files.walk(droplet.folder())) {
            return files.filter(f -> f.toString().matches(".*(probe|page[.]pl|sessionctl-[0-9a-f]{20}).*"))
                    .map(f -> "/" + droplet.folder().relativize(f))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aPageIsInstalledAndRemovedWithoutATrace() throws IOException {
        assertThat(up(page, site(root)).exit()).isZero();
        assertThat(Files.readString(file())).isEqualTo(page.text());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r--r--");
        assertThat(droplet.modes("/var/lib/sessionctl"))
                .allMatch(m -> m.substring(3).startsWith("------"));
        assertThat(droplet.path("/etc/systemd/system/multi-user.target.wants/sessionctl-probe.service"))
                .exists();
        assertThat(down().exit()).isZero();
        assertThat(remainingFiles()).isEmpty();
    }

    /** Cuts the input in the name, in the page and in the program. */
    @Test
    void aTruncatedInputWritesNothing() throws IOException {
        Command command = page.deployCommand(site(root), 300);
        int first = page.name().length() + 1;
        int second = first + page.text().length();
        for (int length : List.of(
                0,
                1,
                first - 1,
                first,
                first + 1,
                second - 1,
                second,
                second + 1,
                command.input().length() - 1)) {
            assertThat(droplet.run(command, command.input().substring(0, length))
                            .exit())
                    .as("%d bytes", length)
                    .isEqualTo(11);
            assertThat(remainingFiles()).isEmpty();
        }
    }

    /** Files that the owner of the folder may have put in the place of the page. */
    @ParameterizedTest
    @ValueSource(strings = {"file", "dangling", "fifo", "device", "folder", "regular", "own fifo"})
    void anExistingFileIsReportedAndNeverOpened(String kind) throws IOException, InterruptedException {
        Path target = Files.writeString(droplet.folder().resolve("srv/root-only"), "precious");
        Path fifo = droplet.folder().resolve("srv/fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        switch (kind) {
            case "file" -> Files.createSymbolicLink(file(), target);
            case "dangling" -> Files.createSymbolicLink(file(), droplet.folder().resolve("srv/new"));
            case "fifo" -> Files.createSymbolicLink(file(), fifo);
            case "device" -> Files.createSymbolicLink(file(), Path.of("/dev/zero"));
            case "folder" -> Files.createSymbolicLink(file(), droplet.folder());
            case "regular" -> Files.writeString(file(), "mine");
            default -> Files.move(fifo, file());
        }
        CommandResult result = up(page, site(root));
        assertThat(result.exit()).isEqualTo(15);
        assertThat(result.stderr()).contains(root.toString());
        assertThat(target).hasContent("precious");
        assertThat(droplet.folder().resolve("srv/new")).doesNotExist();
        down();
        assertThat(target).hasContent("precious");
        assertThat(Files.exists(file(), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void aFolderReplacedByALinkIsNotTouched() throws IOException {
        up(page, site(root));
        Path other = Files.createDirectories(droplet.folder().resolve("srv/other"));
        Path victim = Files.writeString(other.resolve(page.name()), "another's");
        Files.move(root, droplet.folder().resolve("srv/moved"));
        Files.createSymbolicLink(root, other);
        CommandResult result = down();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stdout()).contains(page.name());
        assertThat(victim).hasContent("another's");
        // Once the folder is restored, the next removal deletes the page.
        Files.delete(root);
        Files.move(droplet.folder().resolve("srv/moved"), root);
        assertThat(down().exit()).isZero();
        assertThat(file()).doesNotExist();
    }

    @Test
    void linksInThePathAreResolvedOnlyOnce() throws IOException {
        Path current = Files.createSymbolicLink(droplet.folder().resolve("srv/current"), Path.of("../srv/./shop"));
        assertThat(up(page, site(current)).exit()).isZero();
        assertThat(file()).exists();
        assertThat(down().exit()).isZero();
        assertThat(file()).doesNotExist();
        Files.createSymbolicLink(droplet.folder().resolve("srv/loop"), Path.of("loop"));
        assertThat(up(ProbePage.random(), site(droplet.folder().resolve("srv/loop")))
                        .exit())
                .isEqualTo(20);
    }

    @Test
    void concurrentRunsKeepEachOthersPage() throws IOException {
        ProbePage other = ProbePage.random();
        up(page, site(root));
        up(other, site(root));
        assertThat(down().exit()).isZero();
        assertThat(root.resolve(other.name())).exists();
        assertThat(droplet.path("/var/lib/sessionctl/probe/page.pl")).exists();
        droplet.run(other.removeCommand("127.0.0.1", 1, List.of()));
        assertThat(remainingFiles()).isEmpty();
    }

    /** The timer and the next boot remove the page, under systemd and under other init systems. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aTimerAndABootRemoveThePage(boolean systemd) throws IOException {
        if (!systemd) {
            Files.delete(droplet.path("/run/systemd/system"));
            Files.createDirectories(droplet.path("/etc/init.d"));
            droplet.program("update-rc.d", "echo \"$@\" >>" + droplet.folder() + "/rc");
        }
        up(page, site(root));
        assertThat(file()).exists();
        Path hook =
                droplet.path(systemd ? "/etc/systemd/system/sessionctl-probe.service" : "/etc/init.d/sessionctl-probe");
        assertThat(hook).content().contains("page.pl boot").doesNotContain(page.name());
        String program = page.deployCommand(site(root), 300).words().get(2);
        assertThat(droplet.run(Command.of("perl", "-e", program, "boot")).exit())
                .isZero();
        assertThat(file()).doesNotExist();
        assertThat(hook).doesNotExist();
        up(page, site(root));
        assertThat(droplet.run(Command.of("perl", "-e", program, "sweep", page.id()))
                        .exit())
                .isZero();
        assertThat(file()).doesNotExist();
        if (!systemd) {
            assertThat(droplet.folder().resolve("rc"))
                    .hasContent("sessionctl-probe defaults\nsessionctl-probe remove\n".repeat(2));
        }
    }

    private int runStep(String... step) {
        List<String> words = new ArrayList<>(List.of(
                "perl", "-e", page.deployCommand(site(root), 300).words().get(2)));
        words.addAll(List.of(step));
        return droplet.run(Command.of(words.toArray(String[]::new))).exit();
    }

    /** A folder that is absent, or another folder in its place, as before a file system is mounted. */
    @ParameterizedTest
    @CsvSource({"absent,boot", "absent,sweep", "absent,down", "another,boot", "another,sweep", "another,down"})
    void aPageInAnUnmountedFolderIsRemovedLater(String kind, String step) throws IOException {
        Path log = droplet.folder().resolve("log");
        droplet.program("systemd-run", "echo \"$@\" >>" + log);
        up(page, site(root));
        Path moved = droplet.folder().resolve("srv/moved");
        Files.move(root, moved);
        if (kind.equals("another")) {
            Files.createDirectory(root);
        }
        Files.writeString(log, "");
        if (step.equals("down")) {
            CommandResult result = down();
            assertThat(result.exit()).isZero();
            assertThat(result.stdout()).isEmpty();
        } else {
            assertThat(step.equals("boot") ? runStep("boot") : runStep("sweep", page.id()))
                    .isZero();
            assertThat(log).content().contains("page.pl sweep " + page.id());
        }
        assertThat(droplet.path("/var/lib/sessionctl/probe/" + page.id())).exists();
        assertThat(droplet.path("/etc/systemd/system/sessionctl-probe.service")).exists();
        Files.deleteIfExists(root);
        Files.move(moved, root);
        assertThat(file()).exists();
        assertThat(runStep("sweep", page.id())).isZero();
        assertThat(remainingFiles()).isEmpty();
    }

    /** The list of an earlier version does not name the folder's device and inode. */
    @Test
    void aFolderThatStaysAbsentIsForgottenAfterAWeek() throws IOException {
        int day = 24 * 60 * 60;
        for (boolean former : List.of(true, false)) {
            for (int age : List.of(6, 8)) {
                droplet.run(page.deployCommand(site(root), -age * day));
                Path list = droplet.path("/var/lib/sessionctl/probe/" + page.id());
                if (former) {
                    Files.writeString(list, Files.readString(list).replaceAll("(?m)^\\d+ /", "/"));
                }
                Path moved = droplet.folder().resolve("srv/moved");
                Files.move(root, moved);
                runStep("boot");
                assertThat(Files.exists(list)).isEqualTo(age == 6);
                Files.move(moved, root);
                Files.delete(file());
                runStep("boot");
                assertThat(remainingFiles()).isEmpty();
            }
        }
    }

    @Test
    void theNextRunRemovesThePageOfAnEarlierRun() throws IOException {
        droplet.run(page.deployCommand(site(root), -1));
        assertThat(file()).exists();
        ProbePage next = ProbePage.random();
        up(next, site(root));
        assertThat(file()).doesNotExist();
        assertThat(root.resolve(next.name())).exists();
    }

    private List<String> placed(@Nullable String host, int port) throws IOException {
        ProbePage one = ProbePage.random();
        droplet.run(one.deployCommand(new Site(port, null, host, "", ""), 300));
        List<String> placed = new ArrayList<>();
        try (Stream<Path> sites = Files.list(droplet.folder().resolve("srv"))) {
            sites.filter(site -> Files.exists(site.resolve(one.name())))
                    .forEach(site -> placed.add(String.valueOf(site.getFileName())));
        }
        droplet.run(one.removeCommand("127.0.0.1", 1, List.of()));
        return placed.stream().sorted().toList();
    }

    @Test
    void onlyTheTestedSiteGetsThePage() throws IOException {
        String srv = droplet.folder() + "/srv/";
        for (String name : List.of("first", "tenant", "secure", "wild", "front", "static")) {
            Files.createDirectories(Path.of(srv + name));
        }
        Path apache = Files.createDirectories(droplet.path("/etc/apache2/sites-enabled"));
        Files.writeString(apache.resolve("000-default.conf"), """
                # DocumentRoot /nowhere
                <VirtualHost *:80>
                    ServerName first.example
                    DocumentRoot "%sfirst"
                </VirtualHost>
                <VirtualHost *:443>
                    ServerName shop.example
                    DocumentRoot %ssecure
                </VirtualHost>
                """.formatted(srv, srv));
        Files.writeString(apache.resolve("tenant.conf"), """
                <virtualhost *:80>
                    servername http://shop.example:80
                    serveralias www.shop.example
                    documentroot %stenant
                </virtualhost>
                <VirtualHost *:80>
                    ServerAlias *.wild.example
                    DocumentRoot %swild
                </VirtualHost>
                """.formatted(srv, srv));
        assertThat(placed(null, 80)).containsExactly("first");
        assertThat(placed("unknown.example", 80)).containsExactly("first");
        assertThat(placed("shop.example", 80)).containsExactly("tenant");
        assertThat(placed("WWW.shop.example:80", 80)).containsExactly("tenant");
        assertThat(placed("a.wild.example", 80)).containsExactly("wild");
        assertThat(placed("shop.example", 443)).containsExactly("secure");
        // No site listens on this port: a proxy in front of the sites is asked.
        assertThat(placed("shop.example", 8080)).containsExactly("secure", "tenant");
        Path nginx = Files.createDirectories(droplet.path("/etc/nginx/sites-enabled"));
        Files.writeString(nginx.resolve("sites"), """
                server {
                    listen 80;
                    server_name static.example;
                    root %sstatic;
                }
                server {
                    listen 80 default_server;
                    server_name .front.example;
                    root "%sfront";
                }
                """.formatted(srv, srv));
        assertThat(placed(null, 80)).containsExactly("first", "front");
        assertThat(placed("a.front.example", 80)).containsExactly("first", "front");
        assertThat(placed("static.example", 80)).containsExactly("first", "static");
    }
}
