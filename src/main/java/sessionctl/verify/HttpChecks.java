package sessionctl.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.ini.EffectiveSettings;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;
import sessionctl.state.PhpLayout;
import sessionctl.verify.PhpSettingsCheck.Difference;
import sessionctl.verify.http.HttpFailure;
import sessionctl.verify.http.PhpSettings;
import sessionctl.verify.http.ProbeResponse;

/** The checks that send HTTP requests: sessions as a user sees them, and the settings that PHP uses. */
final class HttpChecks {
    static final String NO_PAGE = "no droplet serves the probe page";

    private final VerificationContext context;
    private final Map<Droplet, PhpSettings> settings = new LinkedHashMap<>();

    HttpChecks(VerificationContext context) {
        this.context = context;
    }

    /** The droplets that serve the probe page. */
    List<Droplet> serving() {
        return List.copyOf(settings.keySet());
    }

    /** The names of the droplets that do not serve the probe page; empty if all do. */
    String notServing() {
        return context.spec().droplets().stream()
                .filter(d -> !settings.containsKey(d))
                .map(Droplet::name)
                .collect(Collectors.joining(", "));
    }

    /** Checks that every droplet's web server runs the probe page. */
    CheckResult checkPages() {
        List<CheckFailure> findings = new ArrayList<>();
        settings.putAll(context.request(context.spec().droplets(), this::readSettings, findings));
        String where = context.spec().droplets().stream()
                .map(d -> context.web().url(d))
                .limit(3)
                .collect(Collectors.joining(", "));
        String more = context.spec().droplets().size() > 3 ? ", …" : "";
        return CheckResult.of("web", "every droplet serves the site's PHP", "requested from " + where + more, findings);
    }

    private PhpSettings readSettings(Droplet droplet) throws HttpFailure {
        String progress = "does not serve the probe page";
        try {
            PhpSettings one = context.settings(droplet);
            progress = "serves PHP";
            return one;
        } finally {
            context.showProgress(droplet, progress);
        }
    }

    /** Checks that every PHP uses the inventory's settings, and that the other settings are equal on all droplets. */
    CheckResult checkSettings() {
        String property = "every PHP uses the inventory's session settings";
        if (settings.isEmpty()) {
            return CheckResult.skipped("settings", property, NO_PAGE);
        }
        PhpSettingsCheck check = new PhpSettingsCheck(List.copyOf(settings.values()));
        List<CheckFailure> findings = findOtherPhps();
        Set<String> other = findings.stream().map(CheckFailure::droplet).collect(Collectors.toSet());
        check.withoutModule().stream()
                .filter(failure -> !other.contains(failure.droplet()))
                .forEach(findings::add);
        Map<String, List<Difference>> differences = check
                .differences(context.spec().expected())
                .stream()
                .collect(Collectors.groupingBy(Difference::droplet, LinkedHashMap::new, Collectors.toList()));
        List<Droplet> different = serving().stream()
                .filter(d -> differences.containsKey(d.name()))
                .toList();
        different.forEach(d -> findings.addAll(findDifferences(d, differences.getOrDefault(d.name(), List.of()))));
        return CheckResult.of(
                "settings",
                property,
                check.common().size() + " settings of session.* and memcache.* compared",
                findings);
    }

    private List<CheckFailure> findDifferences(Droplet droplet, List<Difference> differences) {
        DropletFacts facts = context.facts(droplet);
        Optional<PhpLayout> php = Optional.ofNullable(facts.state().php());
        DirectiveSources sources = new DirectiveSources(
                Objects.requireNonNull(settings.get(droplet)),
                php.map(PhpLayout::service).orElse("apache2"),
                php.map(PhpLayout::phpIni).orElse("its php.ini"),
                List.copyOf(EffectiveSettings.of(facts).lines()));
        return differences.stream().map(sources::finding).toList();
    }

    /** Returns a finding for each droplet whose site runs another PHP than the one that sessionctl configures. */
    private List<CheckFailure> findOtherPhps() {
        List<CheckFailure> findings = new ArrayList<>();
        settings.forEach((droplet, one) -> {
            PhpLayout php = context.facts(droplet).state().php();
            if (php != null && !one.isOf(php)) {
                findings.add(new CheckFailure(
                        droplet.name(),
                        "the site runs PHP " + one.php() + " (" + one.sapi() + "), but sessionctl configures "
                                + php.words(),
                        "write php.version: " + one.php().replaceAll("^(\\d+[.]\\d+).*", "$1")
                                + " in the inventory, then run: {sessionctl provision}"));
            }
        });
        return findings;
    }

    /** Checks that one user keeps the session on every droplet. */
    CheckResult checkSharing() {
        List<Droplet> all = serving();
        String property = "a visitor keeps their session on every droplet, in every order of two";
        if (all.isEmpty()) {
            return CheckResult.skipped("shared", property, NO_PAGE);
        }
        VisitSequence visits = new VisitSequence();
        List<CheckFailure> failed = new ArrayList<>();
        String cookie = "";
        for (int index : VisitSequence.route(all.size())) {
            Droplet droplet = all.get(index);
            try {
                ProbeResponse visit = context.count(droplet, cookie);
                cookie = visit.cookie();
                visits.add(visit);
            } catch (HttpFailure e) {
                failed.add(new CheckFailure(droplet.name(), e));
                break;
            }
        }
        List<CheckFailure> findings = new ArrayList<>(visits.findings());
        findings.addAll(failed);
        return CheckResult.of("shared", property, "one cookie, the counter was " + visits.describeCounters(), findings);
    }

    /** Returns the versions and settings of each droplet's PHP, for the report. */
    List<VerificationResult.PhpUse> phpInUse() {
        Collection<String> common = new PhpSettingsCheck(List.copyOf(settings.values())).common();
        List<VerificationResult.PhpUse> uses = new ArrayList<>();
        settings.forEach((droplet, one) -> uses.add(new VerificationResult.PhpUse(
                droplet.name(),
                one.php(),
                one.sapi(),
                one.module(),
                one.fingerprint(common),
                context.slowest(droplet))));
        return uses;
    }

    /** Returns the version of the memcache module that a droplet's PHP runs; empty if it is unknown. */
    String module(Droplet droplet) {
        PhpSettings one = settings.get(droplet);
        return one == null ? "" : one.module();
    }
}
