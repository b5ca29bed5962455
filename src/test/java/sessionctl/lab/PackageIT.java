package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packages: two builds give the same bytes, and the packages work on a machine without any other files of
 * sessionctl.
 */
class PackageIT {
    private static final Path HERE = Path.of("").toAbsolutePath();

    @TempDir
    private Path folder = Path.of("");

    private static Result run(String... words) {
        return new Program(List.of(words), Map.of(), "")
                .await(Duration.ofMinutes(10))
                .exits(0);
    }

    private Path pack(String name) {
        Path made = folder.resolve(name);
        run(HERE.resolve("src/package/pack").toString(), made.toString());
        return made;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void theSameSourcesGiveTheSameBytes() throws IOException {
        Path copy = folder.resolve("elsewhere");
        run(
                "sh",
                "-c",
                "git clone -q --no-checkout . " + copy + " && git ls-files -co --exclude-standard -z"
                        + " | xargs -0 cp -p --parents -t " + copy + " && git -C " + copy + " read-tree HEAD");
        run("mvn", "-ntp", "-q", "-B", "-f", copy.toString(), "-Dmaven.test.skip", "-Dspotless.check.skip", "package");
        assertThat(copy.resolve("target/sessionctl.jar")).hasSameBinaryContentAs(Lab.JAR);
        run(copy.resolve("src/package/build").toString(), "-o");
        assertThat(copy.resolve("target/sessionctl.jar")).hasSameBinaryContentAs(Lab.JAR);
        assertThat(copy.resolve("target/sessionctl.cdx.json"))
                .hasSameBinaryContentAs(Path.of("target/sessionctl.cdx.json"));

        List<Path> once = files(pack("once"));
        List<Path> again = files(pack("again"));
        assertThat(once)
                .extracting(p -> p.getFileName().toString())
                .satisfiesExactly(
                        name -> assertThat(name).matches("sessionctl-[\\d.]+\\.cdx\\.json"),
                        name -> assertThat(name).matches("sessionctl-[\\d.]+\\.tar\\.gz"),
                        name -> assertThat(name).matches("sessionctl_[\\d.]+_all\\.deb"));
        for (int i = 0; i < once.size(); i++) {
            assertThat(again.get(i)).hasSameBinaryContentAs(once.get(i));
        }
    }

    @Test
    void thePackageIsInstalledUsedAndRemovedOnACleanHost() throws IOException {
        List<Path> files = files(pack("packages"));
        try (Lab lab = Lab.up(2)) {
            lab.onHost("lamp01", "mkdir /root/new");
            for (Path file :
                    List.of(files.get(1), files.get(2), lab.key(), lab.knownHosts(), lab.inventory("lamp02"))) {
                lab.copy("lamp01", file, "/root/new/" + file.getFileName());
            }
            lab.onHost("lamp01", "cd /root/new && apt-get install -qqy ./*.deb >&2");
            assertThat(lab.onHost("lamp01", "sessionctl --version")).startsWith("sessionctl ");
            lab.onHost("lamp01", "test -s /var/cache/sessionctl/classes.jsa");
            assertThat(lab.onHost("lamp01", "zcat /usr/share/man/man1/sessionctl-provision.1.gz"))
                    .contains("\\-\\-dry\\-run");
            assertThat(lab.onHost(
                            "lamp01",
                            "bash -c '. /usr/share/bash-completion/completions/sessionctl; complete -p"
                                    + " sessionctl'"))
                    .contains("_complete_sessionctl");
            String use = "cd /root/new; sed -i 's|key: [^}]*|key: /root/new/id_ed25519|' *.yml; chmod 600 id_ed25519;"
                    + " sessionctl provision --dry-run --detailed-exitcode --known-hosts known_hosts *.yml; echo $?";
            assertThat(lab.onHost("lamp01", use)).contains("lamp02").endsWith("\n2\n");

            assertThat(lab.onHost("lamp01", "zcat /usr/share/man/man5/sessionctl-inventory.5.gz"))
                    .contains("droplets[].private_ip");
            assertThat(lab.onHost("lamp01", "head -n 1 /usr/share/zsh/vendor-completions/_sessionctl"))
                    .isEqualTo("#compdef sessionctl\n");
            assertThat(lab.onHost("lamp01", "ls /usr/share/doc/sessionctl/src/docs"))
                    .contains("day-two.md", "ci.md");

            // A user without a home directory gets no class archive, but the program runs.
            lab.onHost("lamp01", "tar -xzf /root/new/*.tar.gz -C /opt && apt-get purge -qqy sessionctl >&2");
            assertThat(lab.onHost(
                            "lamp01",
                            "find / -xdev -path /root/new -prune -o -path '/opt/*' -prune -o -path '/proc/*'"
                                    + " -prune -o -name '*sessionctl*' -print"))
                    .isEmpty();
            assertThat(lab.onHost(
                            "lamp01",
                            "setpriv --reuid 65534 --clear-groups env -u HOME /opt/sessionctl-*/bin/sessionctl init"))
                    .contains("droplets:");
            assertOnlyOwnArchivesAreLoaded(lab);
        }
    }

    /** The JVM runs the code of a class archive, so it must not load one that another user could write. */
    private static void assertOnlyOwnArchivesAreLoaded(Lab lab) {
        lab.onHost("lamp01", """
                mkdir -p /opt/j/bin /tmp/shared/sessionctl
                chmod 1777 /tmp/shared
                printf '#!/bin/sh\\necho "$@"\\n' >/opt/j/bin/java
                chmod 755 /opt/j/bin/java
                echo 'JAVA_VERSION="17.0.1"' >/opt/j/release
                echo bytes >/tmp/shared/sessionctl/classes.jsa
                """);
        String archive = "-XX:SharedArchiveFile=/tmp/shared/sessionctl/classes.jsa";
        String run = "setpriv --reuid 65534 --clear-groups env JAVA_HOME=/opt/j XDG_CACHE_HOME=/tmp/shared"
                + " /opt/sessionctl-*/bin/sessionctl init";
        String folder = "/tmp/shared/sessionctl";
        for (String foreign : List.of(
                "chown -R 1 " + folder,
                "chown 65534 " + folder + "; chown 1 " + folder + "/classes.jsa",
                "chown 1 " + folder + "; chown 65534 " + folder + "/classes.jsa",
                "chown -R 65534 " + folder + "; mv " + folder + " /tmp/moved; ln -s /tmp/moved " + folder)) {
            assertThat(lab.onHost("lamp01", foreign + "; " + run)).as(foreign).doesNotContain(archive);
        }
        assertThat(lab.onHost("lamp01", "rm " + folder + "; mv /tmp/moved " + folder + "; " + run))
                .contains(archive);
    }
}
