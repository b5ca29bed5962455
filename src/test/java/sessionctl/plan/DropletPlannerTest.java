package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Samples;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.PhpLayout;
import sessionctl.state.ServiceState;
import sessionctl.state.UnsupportedDropletException;

class DropletPlannerTest {
    private static final PhpLayout PHP = new PhpLayout("8.2", false);
    private static final String CONF = "/etc/memcached.conf";
    private static final FileState GOOD = file("-l 10.1.2.3\n-p 11211\n-m 64\n-u memcache\n");

    private static FileState file(String content) {
        return new FileState.Present(content, "644", "root:root");
    }

    /** Returns the desired state of a droplet with packages, files, features and services. */
    private static DropletState desired() {
        Feature module = Feature.memcacheModule(PHP);
        Map<String, ServiceState> services = new LinkedHashMap<>();
        services.put("memcached", ServiceState.goodState(List.of(CONF)));
        services.put("apache2", ServiceState.goodState(List.of(PHP.phpIni(), PHP.memcacheIni(), module.link())));
        Map<String, FileState> files = new LinkedHashMap<>();
        files.put(CONF, GOOD);
        files.put(PHP.phpIni(), file("a = 1\n"));
        files.put(PHP.memcacheIni(), file("b = 2\n"));
        return new DropletState(
                PHP, new LinkedHashSet<>(List.of("apache2", "memcached")), Set.of(), files, Set.of(module), services);
    }

    private static DropletState with(String path, FileState file) {
        Map<String, FileState> files = new LinkedHashMap<>(desired().files());
        files.put(path, file);
        return new DropletState(
                PHP,
                desired().packages(),
                Set.of(),
                files,
                desired().features(),
                desired().services());
    }

    private static DropletState with(String service, ServiceState state) {
        Map<String, ServiceState> services = new LinkedHashMap<>(desired().services());
        services.put(service, state);
        return new DropletState(
                PHP,
                desired().packages(),
                Set.of(),
                desired().files(),
                desired().features(),
                services);
    }

    private static Configure only(DropletState actual) {
        List<Change> changes = DropletPlanner.between(actual, desired(), Samples.member());
        assertThat(changes).hasSize(1);
        return (Configure) changes.get(0);
    }

    @Test
    void aPendingStartOfMemcachedIsFinishedWithoutARestart() {
        ServiceState waits = new ServiceState(true, true, true, true, List.of());
        Configure change = only(with("memcached", waits));
        assertThat(change.action()).isEqualTo(ServiceAction.FINISH);
        assertThat(change.describe()).isEqualTo("finish the start of memcached");
        assertThat(change.command().words()).contains("finish");
        ServiceState owes = new ServiceState(true, true, true, false, List.of());
        assertThat(only(with("memcached", owes)).action()).isEqualTo(ServiceAction.RESTART);
    }

    @Test
    void aDropletInTheDesiredStateNeedsNoChange() {
        assertThat(DropletPlanner.between(desired(), desired(), Samples.member()))
                .isEmpty();
    }

    @Test
    void filesAndServicesOutsideTheDesiredStateAreIgnored() {
        Map<String, FileState> files = new LinkedHashMap<>(desired().files());
        files.put("/etc/php/8.2/fpm/php.ini", file("x"));
        Map<String, ServiceState> services = new LinkedHashMap<>(desired().services());
        services.put("php8.2-fpm", new ServiceState(false, false, false, false, List.of()));
        DropletState actual = new DropletState(
                null,
                Set.of("apache2", "memcached", "vim"),
                Set.of(),
                files,
                Set.of(Feature.memcacheModule(PHP), Feature.apacheModule("alias")),
                services);
        assertThat(DropletPlanner.between(actual, desired(), Samples.member())).isEmpty();
    }

    @Test
    void aBareDropletGetsOneChangePerStageWithoutRisk() {
        DropletState bare = new DropletState(null, Set.of(), Set.of(), Map.of(), Set.of(), Map.of());
        List<Change> changes = DropletPlanner.between(bare, desired(), Samples.member());
        assertThat(changes).extracting(Change::stage).containsExactly(Stage.PACKAGES, Stage.MEMCACHED, Stage.WEB);
        assertThat(changes).extracting(Change::risk).containsOnly(Risk.NONE);
        assertThat(changes.get(0).describe()).isEqualTo("install apache2 memcached");
    }

    @Test
    void aChangedMemcachedFileRestartsMemcachedAndLosesItsSessions() {
        Configure change = only(with(CONF, file("-l 127.0.0.1\n")));
        assertThat(change.service()).isEqualTo("memcached");
        assertThat(change.action()).isEqualTo(ServiceAction.RESTART);
        assertThat(change.risk()).isEqualTo(Risk.LOSES_LOCAL_SESSIONS);
        assertThat(change.files()).extracting(FileChange::path).containsExactly(CONF);
        assertThat(change.checks()).containsExactly("try", "-m 64 -u memcache", "listen", "0302010A:2BCB");
    }

    @Test
    void aChangedPhpFileReloadsTheWebServerAndHoldsRequests() {
        Configure change = only(with(PHP.phpIni(), file("a = 0\n")));
        assertThat(change.service()).isEqualTo("apache2");
        assertThat(change.action()).isEqualTo(ServiceAction.RELOAD);
        assertThat(change.risk()).isEqualTo(Risk.HOLDS_REQUESTS);
        assertThat(change.checks()).containsExactly("ini", "php8.2");
        assertThat(change.describe()).isEqualTo("change /etc/php/8.2/apache2/php.ini, reload apache2");
    }

    @ParameterizedTest
    @CsvSource({
        "memcached, true, true, false, RESTART, false, LOSES_LOCAL_SESSIONS",
        "memcached, false, true, true, START, false, NONE",
        "memcached, false, false, true, START, true, NONE",
        "memcached, true, false, true, NONE, true, NONE",
        "apache2, true, true, false, RELOAD, false, HOLDS_REQUESTS",
        "apache2, false, true, true, START, false, NONE",
        "apache2, true, false, true, NONE, true, NONE",
        "apache2, true, false, false, RELOAD, true, HOLDS_REQUESTS",
    })
    void aServiceIsStartedAndEnabledAsNeeded(
            String service,
            boolean running,
            boolean enabled,
            boolean settled,
            ServiceAction action,
            boolean enable,
            Risk risk) {
        Configure change = only(with(service, new ServiceState(running, false, enabled, settled, List.of())));
        assertThat(change.service()).isEqualTo(service);
        assertThat(change.action()).isEqualTo(action);
        assertThat(change.enable()).isEqualTo(enable);
        assertThat(change.risk()).isEqualTo(risk);
        assertThat(change.files()).isEmpty();
    }

    @Test
    void aUnitFileIsWrittenWithoutARestart() {
        String unit = "/etc/systemd/system/memcached.service.d/sessionctl.conf";
        Map<String, FileState> files = new LinkedHashMap<>(desired().files());
        files.put(unit, file("[Unit]\n"));
        Map<String, ServiceState> services = new LinkedHashMap<>(desired().services());
        services.put("memcached", ServiceState.goodState(List.of(CONF, unit)));
        DropletState desired = new DropletState(
                PHP, desired().packages(), Set.of(), files, desired().features(), services);
        Configure change = (Configure)
                DropletPlanner.between(desired(), desired, Samples.member()).get(0);
        assertThat(change.action()).isEqualTo(ServiceAction.NONE);
        assertThat(change.risk()).isEqualTo(Risk.NONE);
        assertThat(change.describe()).isEqualTo("change " + unit);
    }

    @Test
    void aNewFileOfAStoppedMemcachedLosesNoSessions() {
        Map<String, FileState> files = new LinkedHashMap<>(desired().files());
        files.put(CONF, file("-l ::1\n"));
        Map<String, ServiceState> services = new LinkedHashMap<>(desired().services());
        services.put("memcached", new ServiceState(false, false, true, true, List.of()));
        Configure change = only(new DropletState(
                PHP, desired().packages(), Set.of(), files, desired().features(), services));
        assertThat(change.action()).isEqualTo(ServiceAction.START);
        assertThat(change.files()).hasSize(1);
        assertThat(change.risk()).isEqualTo(Risk.NONE);
    }

    @Test
    void aMissingFeatureIsEnabledWithTheServiceThatReadsIt() {
        DropletState actual = new DropletState(
                PHP,
                desired().packages(),
                Set.of(),
                desired().files(),
                Set.of(),
                desired().services());
        Configure change = only(actual);
        assertThat(change.features()).containsExactly(Feature.memcacheModule(PHP));
        assertThat(change.describe()).isEqualTo("switch on PHP module memcache, reload apache2");
        assertThat(change.command().words())
                .endsWith(
                        "feature",
                        "/etc/php/8.2/apache2/conf.d/20-memcache.ini",
                        "6",
                        "phpenmod",
                        "-v",
                        "8.2",
                        "-s",
                        "apache2",
                        "memcache");
    }

    @Test
    void packagesThatAreHalfInstalledAreFinishedFirst() {
        DropletState actual = new DropletState(
                PHP,
                desired().packages(),
                Set.of("libc-bin"),
                desired().files(),
                desired().features(),
                desired().services());
        List<Change> changes = DropletPlanner.between(actual, desired(), Samples.member());
        assertThat(changes).containsExactly(new InstallPackages(Set.of(), Set.of("libc-bin")));
        assertThat(changes.get(0).describe()).isEqualTo("finish the installation of libc-bin");
    }

    @Test
    void aWrongOwnerOrModeOfAFileIsChanged() {
        Configure change = only(with(CONF, new FileState.Present(((FileState.Present) GOOD).content(), "600", "u:g")));
        assertThat(change.files().get(0).diff())
                .containsExactly(CONF + ": mode 600 becomes 644", CONF + ": owner u:g becomes root:root");
    }

    @Test
    void fileContentsAreSentAsInputAndNeverAsArguments() {
        Configure change = only(with(CONF, file("-l 127.0.0.1\n")));
        assertThat(change.command().input()).isEqualTo(((FileState.Present) GOOD).content());
        assertThat(change.command().words())
                .containsSequence(
                        "service",
                        "memcached",
                        "action",
                        "restart",
                        "enable",
                        "no",
                        "file",
                        CONF,
                        Integer.toString(change.command().input().length()),
                        "644",
                        "root:root",
                        "996a4f48a176954f8af139020088af10bd436e2dc000edd71e28490c946933fe");
    }

    @Test
    void aFileThatWasAbsentMustStillBeAbsentWhenWritten() {
        Configure change = only(with(CONF, new FileState.Absent()));
        assertThat(change.command().words()).containsSequence("644", "root:root", "absent");
        assertThat(change.files().get(0).diff()).startsWith("--- /dev/null", "+++ " + CONF, "@@ -0,0 +1,4 @@");
    }

    @Test
    void aFileOfAPackageThatIsNotInstalledShowsADiffAgainstThePackagedFile() {
        FileChange change = new FileChange(CONF, new FileState.Absent(), new FileState.Pending("-m 64\n"));
        assertThat(change.diff())
                .containsExactly(
                        "--- " + CONF + " (as its package brings it)", "+++ " + CONF, "@@ -0,0 +1 @@", "+-m 64");
        assertThatThrownBy(change::written).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "-l 10.1.2.3 -p 11211, 0302010A:2BCB",
        "-l 127.0.0.1 -p 1, 0100007F:0001",
        "'-l 127.0.0.1,10.1.2.3 -p 11211', 0100007F:2BCB",
        "-l ::1 -l 255.255.255.255 -p 1 -p 65535, FFFFFFFF:FFFF",
        "-l localhost -p 2, 00000000:0002",
    })
    void theListeningSocketIsNamedAsInProcNetTcp(String flags, String name) {
        assertThat(DropletPlanner.listening(MemcachedFlags.ofFile(flags))).isEqualTo(name);
    }

    @Test
    void theConfigurationOfPhpFpmIsCheckedByItself() {
        PhpLayout fpm = new PhpLayout("8.2", true);
        Map<String, ServiceState> services = Map.of("php8.2-fpm", ServiceState.goodState(List.of(fpm.phpIni())));
        Map<String, FileState> files = Map.of(fpm.phpIni(), file("a = 1\n"));
        DropletState desired = new DropletState(fpm, Set.of(), Set.of(), files, Set.of(), services);
        DropletState actual = new DropletState(fpm, Set.of(), Set.of(), Map.of(), Set.of(), services);
        Configure change = (Configure)
                DropletPlanner.between(actual, desired, Samples.member()).get(0);
        assertThat(change.checks()).containsExactly("ini", "php8.2", "fpm", "php-fpm8.2");
    }

    private static final String GUARD = "/usr/local/lib/sessionctl/guard";
    private static final String UNIT = "/etc/systemd/system/memcached.service.d/sessionctl.conf";

    private static DropletState guarded(String unit) {
        Map<String, FileState> files = new LinkedHashMap<>(desired().files());
        files.put(GUARD, new FileState.Present("guard", "755", "root:root"));
        if (!unit.isEmpty()) {
            files.put(UNIT, file(unit));
        }
        return new DropletState(
                PHP,
                desired().packages(),
                Set.of(),
                files,
                desired().features(),
                desired().services());
    }

    /** systemd calls the guard only through the unit; a guard that is merely installed does nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"", "[Unit]\n"})
    void aRestartIsRefusedIfTheUnitDoesNotCallTheGuard(String unit) {
        assertThatExceptionOfType(UnsupportedDropletException.class)
                .isThrownBy(() -> DropletPlanner.restart(guarded(unit), guarded("[Service]\n"), Samples.member()))
                .satisfies(e -> assertThat(e.sentence()).contains(UNIT, "run first: {sessionctl provision}"));
    }

    @Test
    void aRestartNeedsTheGuardAndItsUnitFile() throws UnsupportedDropletException {
        assertThatExceptionOfType(UnsupportedDropletException.class)
                .isThrownBy(() -> DropletPlanner.restart(desired(), guarded("[Service]\n"), Samples.member()));
        assertThat(DropletPlanner.restart(guarded("[Service]\n"), guarded("[Service]\n"), Samples.member()))
                .hasSize(1);
        assertThat(DropletPlanner.restart(desired(), desired(), Samples.member()))
                .hasSize(1);
    }
}
