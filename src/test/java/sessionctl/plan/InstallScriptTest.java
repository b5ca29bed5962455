package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.ScriptDroplet;
import sessionctl.command.CommandResult;

/** The checks of apt-get's simulation before dpkg finishes an installation. */
@Timeout(60)
class InstallScriptTest {
    private static final InstallPackages INSTALL =
            new InstallPackages(Set.of("memcached", "php-memcache"), Set.of("acme"));
    private static final String OFF = "E: Packages need to be removed but remove is disabled.";

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);

    /** Makes a droplet on which dpkg has a half-installed package. */
    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder);
        Path log = Files.createFile(droplet.folder().resolve("log"));
        Files.createDirectories(droplet.path("/var/lib/apt/lists"));
        Files.createFile(droplet.path("/var/lib/apt/lists/deb_Packages"));
        droplet.program("dpkg", "case $* in *--audit*) echo acme ;; *) echo \"dpkg $*\" >>" + log + " ;; esac");
        droplet.program("apt-cache", "exit 0");
        apt("exit 0");
    }

    /** Replaces apt-get by a program with this simulation. */
    private void apt(String simulation) throws IOException {
        Path log = droplet.folder().resolve("log");
        droplet.program(
                "apt-get",
                "case \" $* \" in *' -s '*) echo \"simulated ${*##*=false }\" >>" + log + "; " + simulation
                        + " ;; *) echo \"apt-get ${*##*confold }\" >>" + log + " ;; esac");
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(droplet.folder().resolve("log"));
    }

    @Test
    void anInstallationIsSimulatedFirstAndThenRun() throws IOException {
        assertThat(droplet.run(INSTALL.command()).exit()).isZero();
        assertThat(log())
                .containsExactly(
                        "simulated -f install",
                        "simulated -f install memcached php-memcache",
                        "dpkg --force-confdef --force-confold --configure -a",
                        "apt-get -f install",
                        "apt-get install memcached php-memcache");
    }

    /**
     * apt-get's configuration forbids removals, or the package is held or essential: no line names the package that
     * would be removed.
     */
    @Test
    void aFailingSimulationIsRefusedBeforeAnyChange() throws IOException {
        apt("echo '" + OFF + "' >&2; exit 100");
        CommandResult result = droplet.run(INSTALL.command());
        assertThat(result.exit()).isEqualTo(100);
        assertThat(result.stdout()).contains(OFF);
        assertThat(log())
                .noneMatch(line -> line.contains("dpkg") || (line.startsWith("apt-get") && !line.endsWith("update")));
    }

    @Test
    void anInstallationThatRemovesPackagesIsRefusedBeforeAnyChange() throws IOException {
        apt("case $* in *memcached*) echo 'Remv acme [1.0]'; echo 'Purg acme-data [1.0]' ;; esac");
        CommandResult result = droplet.run(INSTALL.command());
        assertThat(result.exit()).isEqualTo(21);
        assertThat(result.stdout()).isEqualTo("apt-get would remove acme acme-data \n");
        assertThat(log()).allMatch(line -> line.startsWith("simulated"));
    }

    /** The package lists may be out of date, so they are fetched again first. */
    @Test
    void anUnavailablePackageIsNamed() throws IOException {
        droplet.program("apt-cache", "exit 100");
        Path log = droplet.folder().resolve("log");
        droplet.program(
                "apt-get",
                "echo \"apt-get ${*##*confold }\" >>" + log
                        + "; case $* in *memcached*) echo 'E: Unable to locate package' >&2; exit 100 ;; esac");
        assertThat(droplet.run(INSTALL.command()).exit()).isEqualTo(20);
        assertThat(log()).contains("apt-get update");
    }
}
