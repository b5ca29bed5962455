package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderCommandTest {
    private static final String THREE = """
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2, private_interface: eth1}
              - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}
            """;
    private static final String TWO = THREE.replaceFirst("(?m)^.*lamp03.*\n", "");

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path rendered = Path.of("");

    @BeforeEach
    void nameTheFolder() {
        rendered = folder.resolve("rendered");
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    private String inventory(String text) throws IOException {
        return Files.writeString(folder.resolve("inventory.yml"), text).toString();
    }

    private int write(String inventory) throws IOException {
        return run("render", inventory(inventory), "--out", rendered.toString());
    }

    private int check(String inventory) throws IOException {
        return run("render", inventory(inventory), "--check", rendered.toString());
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(rendered)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(rendered.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    private String file(String nameTheFolder) throws IOException {
        return Files.readString(rendered.resolve(nameTheFolder));
    }

    @Test
    void writesEveryDropletsFilesAndRules() throws IOException {
        assertThat(write(THREE)).isZero();
        assertThat(out.toString()).isEqualTo("Wrote 21 files to " + rendered + " (21 changed, 0 removed)\n");
        assertThat(files().keySet())
                .contains(
                        "lamp01/guard.conf",
                        "lamp01/ip6tables",
                        "lamp01/iptables",
                        "lamp01/memcache.ini",
                        "lamp01/memcached.conf",
                        "lamp01/memcached.service.d/sessionctl.conf",
                        "lamp01/php.ini")
                .hasSize(22);
        assertThat(file("lamp01/memcached.conf")).contains("\n-l 10.98.0.1\n", "\n?-m 64\n");
        assertThat(file("lamp01/php.ini"))
                .contains(
                        "\nsession.save_path=\"tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211\"\n");
        assertThat(file("lamp01/iptables"))
                .contains("-A SESSIONCTL -s 10.98.0.2/32 -i PRIVATE_INTERFACE -p tcp -m tcp --dport 11211 -j ACCEPT\n");
        assertThat(file("lamp02/iptables"))
                .contains("-A SESSIONCTL -s 10.98.0.1/32 -i eth1 -p tcp -m tcp --dport 11211 -j ACCEPT\n");
        assertThat(file("lamp01/guard.conf"))
                .isEqualTo(file("lamp01/guard.conf").strip() + "\n");
    }

    @Test
    void aSecondRenderChangesNothingAndReportsIt() throws IOException {
        write(THREE);
        Map<String, String> before = files();
        assertThat(write(THREE)).isZero();
        assertThat(out.toString()).isEqualTo(rendered + " is up to date: 21 files\n");
        assertThat(files()).isEqualTo(before);
        assertThat(check(THREE)).isZero();
        assertThat(out.toString()).isEqualTo(rendered + " is up to date: 21 files\n");
        rendered = folder.resolve("again/deeper");
        write(THREE);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void checkShowsWhatIsOutOfDateAndWritesNothing() throws IOException {
        write(TWO);
        Map<String, String> before = files();
        assertThat(check(TWO.replace("droplets:", "memcached: {memory: 128}\ndroplets:")))
                .isEqualTo(2);
        assertThat(out.toString())
                .contains("--- " + rendered + "/lamp01/memcached.conf\n+++ " + rendered + "/lamp01/memcached.conf\n")
                .contains("\n-?-m 64\n+-m 128\n")
                .endsWith(rendered + " is out of date: 2 files differ. To update it: sessionctl render "
                        + folder.resolve("inventory.yml") + " --out " + rendered + "\n");
        assertThat(files()).isEqualTo(before);
        assertThat(check(THREE)).isEqualTo(2);
        assertThat(out.toString()).contains("--- /dev/null\n+++ " + rendered + "/lamp03/php.ini\n");
        write(THREE);
        assertThat(check(TWO)).isEqualTo(2);
        assertThat(out.toString()).contains("--- " + rendered + "/lamp03/php.ini\n+++ /dev/null\n");
    }

    @Test
    void checkFindsAFileThatWasChangedOrRemovedByHand() throws IOException {
        write(TWO);
        Files.writeString(rendered.resolve("lamp01/php.ini"), "x\u001b[2J\n");
        Files.delete(rendered.resolve("lamp02/guard.conf"));
        assertThat(check(TWO)).isEqualTo(2);
        assertThat(out.toString())
                .contains("\n-x\\x1b[2J\n", "/lamp02/guard.conf\n", " is out of date: 2 files differ. ")
                .doesNotContain("\u001b");
        write(TWO);
        assertThat(check(TWO)).isZero();
    }

    @Test
    void obsoleteFilesAreRemovedButForeignAndEditedFilesStay() throws IOException {
        write(THREE);
        Files.writeString(rendered.resolve("lamp03/notes.txt"), "mine");
        Files.writeString(rendered.resolve("README"), "mine");
        Files.writeString(rendered.resolve("lamp03/php.ini"), "changed by hand\n");
        assertThat(write(TWO)).isZero();
        assertThat(out.toString()).isEqualTo("Wrote 14 files to " + rendered + " (8 changed, 6 removed)\n");
        assertThat(err.toString())
                .isEqualTo(rendered + "/lamp03/php.ini is no longer needed, but was kept: it was changed\n");
        assertThat(files().keySet())
                .filteredOn(f -> !f.startsWith("lamp01/") && !f.startsWith("lamp02/"))
                .containsExactly(".sessionctl-render", "README", "lamp03/notes.txt", "lamp03/php.ini");
        Files.delete(rendered.resolve("lamp03/notes.txt"));
        assertThat(check(TWO)).isZero();
    }

    @Test
    void emptyFoldersAreRemovedWithTheirFiles() throws IOException {
        write(THREE);
        write(TWO);
        assertThat(rendered.resolve("lamp03")).doesNotExist();
    }

    @Test
    void aFolderThatRenderDidNotWriteIsRefused() throws IOException {
        Files.createDirectories(rendered);
        Files.writeString(rendered.resolve("README"), "mine");
        assertThat(write(TWO)).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo(rendered
                        + ": holds files, but was not written by sessionctl render; name a new or empty folder\n");
        assertThat(check(TWO)).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo(rendered + ": was not written by sessionctl render; give a folder that was\n");
        assertThat(files()).hasSize(1);
    }

    @Test
    void aForeignFileAtARenderedPathIsRefusedBeforeAnyWrite() throws IOException {
        write(TWO);
        Files.createDirectory(rendered.resolve("lamp03"));
        Files.writeString(rendered.resolve("lamp03/guard.conf"), "mine");
        Map<String, String> before = files();
        assertThat(write(THREE)).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo(rendered
                        + "/lamp03/guard.conf: exists, but was not written by sessionctl render; move it away\n");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        write(TWO);
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(rendered.resolve("lamp03"), outside);
        assertThat(write(THREE)).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo(rendered + "/lamp03: is a symbolic link, which render does not follow; remove it\n");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aManifestWithPathsOutsideTheFolderIsRefused() throws IOException {
        write(TWO);
        Path precious = Files.writeString(folder.resolve("precious"), "");
        for (String path : new String[] {"../precious", precious.toString(), "lamp01/../../precious", "<<<<<<< HEAD"}) {
            Files.writeString(rendered.resolve(".sessionctl-render"), "0".repeat(64) + "  " + path + "\n");
            assertThat(write(TWO)).isEqualTo(5);
            assertThat(err.toString())
                    .startsWith(rendered + "/.sessionctl-render:1: was not written by sessionctl render (perhaps")
                    .hasLineCount(1);
        }
        assertThat(precious).exists();
    }

    @Test
    void anUnusableFolderIsReportedWithTheRemedy() throws IOException {
        assertThat(check(TWO)).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo(rendered + ": there is no such folder; write it with: sessionctl render " + inventory(TWO)
                        + " --out " + rendered + "\n");
        Files.writeString(rendered, "a file");
        assertThat(write(TWO)).isEqualTo(5);
        assertThat(err.toString()).isEqualTo(rendered + ": is not a folder; name a new or empty one\n");
        assertThat(run("render", inventory(TWO), "--out", "/proc/sessionctl")).isEqualTo(5);
        assertThat(err.toString())
                .startsWith("/proc/sessionctl: cannot be used (")
                .hasLineCount(1);
        assertThat(run("render", inventory(TWO), "--out", "")).isEqualTo(5);
        assertThat(err.toString()).startsWith("--out and --check need the name of a folder");
        assertThat(run("render", inventory(TWO))).isEqualTo(5);
        assertThat(run("render", inventory(TWO), "--out", "a", "--check", "b")).isEqualTo(5);
        assertThat(err.toString()).contains("--out", "--check");
    }

    @Test
    void aLeavingDropletHasPhpSettingsGuardAndRulesButNoMemcachedConf() throws IOException {
        write(THREE.replace("10.98.0.3}", "10.98.0.3, leaving: true}"));
        assertThat(files().keySet())
                .doesNotContain("lamp03/memcached.conf")
                .contains("lamp03/php.ini", "lamp03/guard.conf", "lamp03/iptables");
        assertThat(file("lamp03/php.ini")).doesNotContain("10.98.0.3");
    }

    /** As after {@code git clone -c core.autocrlf=true}, which converts the manifest, too. */
    @Test
    void aDifferenceOfLineEndsIsNamed() throws IOException {
        write(TWO);
        for (Map.Entry<String, String> file : files().entrySet()) {
            Files.writeString(rendered.resolve(file.getKey()), file.getValue().replace("\n", "\r\n"));
        }
        assertThat(check(TWO)).isEqualTo(2);
        assertThat(out.toString().lines().filter(line -> line.endsWith(" differs in its line ends only")))
                .hasSize(files().size() - 1);
        assertThat(out.toString())
                .contains("write into " + rendered + "/.gitattributes: * -text\n", " is out of date: ")
                .doesNotContain("@@", "x0d");
        assertThat(write(TWO)).isZero();
        assertThat(check(TWO)).isZero();
    }
}
