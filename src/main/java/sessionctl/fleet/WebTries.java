package sessionctl.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sessionctl.inventory.Droplet;
import sessionctl.state.PhpLayout;
import sessionctl.verify.Case;
import sessionctl.verify.Finding;
import sessionctl.verify.Origins;
import sessionctl.verify.Proof;
import sessionctl.verify.Settings;
import sessionctl.verify.SettingsCheck;
import sessionctl.verify.SettingsCheck.Difference;
import sessionctl.verify.Visit;
import sessionctl.verify.Walk;
import sessionctl.verify.WebFailure;

/** What a visitor sees of the cluster, and what PHP uses where he sees it. */
final class WebTries {
    static final String NOBODY = "no droplet serves the probe page";

    private final Ground ground;
    private final Map<Droplet, Settings> settings = new LinkedHashMap<>();

    WebTries(Ground ground) {
        this.ground = ground;
    }

    /** The droplets that answer. */
    List<Droplet> serving() {
        return List.copyOf(settings.keySet());
    }

    /** Those that do not, by name; empty when all do. */
    String silent() {
        return ground.trial().droplets().stream()
                .filter(d -> !settings.containsKey(d))
                .map(Droplet::name)
                .collect(Collectors.joining(", "));
    }

    /** Whether the droplets' web servers run the probe page. */
    Case web() {
        List<Finding> findings = new ArrayList<>();
        ground.onAll(ground.trial().droplets(), this::asked, WebTries::unknown).forEach((droplet, answer) -> {
            if (answer instanceof Settings one) {
                settings.put(droplet, one);
            } else {
                findings.add((Finding) answer);
            }
        });
        String where = ground.trial().droplets().stream()
                .map(d -> ground.web().url(d))
                .limit(3)
                .collect(Collectors.joining(", "));
        String more = ground.trial().droplets().size() > 3 ? ", …" : "";
        return Case.of("web", "every droplet serves the site's PHP", "asked at " + where + more, findings);
    }

    static Object unknown(Droplet droplet) {
        return new Finding(droplet.name(), "what it answers is not known", "");
    }

    private Object asked(Droplet droplet) {
        try {
            Settings one = ground.settings(droplet);
            ground.tell(droplet, "serves PHP");
            return one;
        } catch (WebFailure e) {
            ground.tell(droplet, "does not serve the probe page");
            return e.on(droplet.name());
        }
    }

    /** Whether PHP uses what the inventory says, and everywhere the same. */
    Case settings() {
        String promise = "every PHP uses the inventory's session settings";
        if (settings.isEmpty()) {
            return Case.notTried("settings", promise, NOBODY);
        }
        SettingsCheck check = new SettingsCheck(List.copyOf(settings.values()));
        List<Finding> findings = new ArrayList<>(check.withoutModule());
        Map<String, List<Difference>> differences = check
                .differences(ground.trial().expected())
                .stream()
                .collect(Collectors.groupingBy(Difference::droplet, LinkedHashMap::new, Collectors.toList()));
        for (Map.Entry<Droplet, Settings> one : settings.entrySet()) {
            List<Difference> here = differences.getOrDefault(one.getKey().name(), List.of());
            if (!here.isEmpty()) {
                Origins origins = origins(one.getKey(), one.getValue(), here);
                findings.addAll(SettingsCheck.findings(here, name -> origins));
            }
        }
        ground.goOn();
        return Case.of(
                "settings",
                promise,
                check.common().size() + " settings of session.* and memcache.* compared",
                findings);
    }

    private Origins origins(Droplet droplet, Settings uses, List<Difference> differences) {
        List<String> directives =
                differences.stream().map(Difference::directive).toList();
        PhpLayout php = ground.actual(droplet).state().php();
        String service = php == null ? "apache2" : php.service();
        String ini = php == null ? "its php.ini" : php.phpIni();
        return ground.ask(
                droplet,
                ground.trial().page(droplet).origins(php == null ? "" : php.phpIni(), directives),
                answer -> Origins.read(uses, service, ini, answer),
                new Origins(uses, service, ini, List.of()));
    }

    /** Whether one visitor's session goes on wherever he goes. */
    Case shared() {
        List<Droplet> all = serving();
        String promise = "one visitor keeps his session on every droplet, in every order of two";
        if (all.isEmpty()) {
            return Case.notTried("shared", promise, NOBODY);
        }
        Walk walk = new Walk();
        List<Finding> failed = new ArrayList<>();
        String cookie = "";
        for (int index : Walk.route(all.size())) {
            Droplet droplet = all.get(index);
            try {
                Visit visit = ground.count(droplet, cookie);
                cookie = visit.cookie();
                walk.add(visit);
            } catch (WebFailure e) {
                failed.add(e.on(droplet.name()));
                break;
            }
        }
        List<Finding> findings = new ArrayList<>(walk.findings());
        findings.addAll(failed);
        return Case.of("shared", promise, "one cookie, the counter said " + walk.counted(), findings);
    }

    /** What the droplets use, for the report. */
    List<Proof.Uses> uses() {
        Collection<String> common = new SettingsCheck(List.copyOf(settings.values())).common();
        List<Proof.Uses> uses = new ArrayList<>();
        settings.forEach((droplet, one) -> uses.add(new Proof.Uses(
                droplet.name(),
                one.php(),
                one.sapi(),
                one.module(),
                one.fingerprint(common),
                ground.slowest(droplet))));
        return uses;
    }

    /** The version of the memcache module that a droplet runs. */
    String module(Droplet droplet) {
        Settings one = settings.get(droplet);
        return one == null ? "" : one.module();
    }
}
