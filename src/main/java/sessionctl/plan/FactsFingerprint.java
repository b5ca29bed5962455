package sessionctl.plan;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sessionctl.command.Sha256;
import sessionctl.state.DropletFacts;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.GuardState;
import sessionctl.state.ServiceState;

/**
 * A fingerprint of the facts from which a droplet's plan was made. It leaves out facts that change by themselves, such
 * as the amount of data in memcached.
 *
 * @param digest SHA-256 of all facts, in hex
 * @param marks a short digest of each part by the part's name. It most likely differs if the part has changed; it is
 *     too short to find out a file's contents by trying
 */
public record FactsFingerprint(String digest, Map<String, String> marks) {
    private static final int MARK = 4;

    /** Other packages have no influence on the plan and change with every upgrade. */
    private static final Pattern PACKAGES =
            Pattern.compile("(apache2|nginx|memcached|iptables|php|libapache2-mod-php).*");

    /** Sorts the marks by name. */
    public FactsFingerprint {
        marks = Collections.unmodifiableMap(new TreeMap<>(marks));
    }

    /** Computes the fingerprint of a droplet's facts. */
    public static FactsFingerprint of(DropletFacts facts) {
        Map<String, String> parts = new TreeMap<>();
        DropletState state = facts.state();
        state.files().forEach((path, file) -> parts.put(path, file.toString()));
        state.services().forEach((name, service) -> parts.put("service " + name, text(service)));
        parts.put("the operating system", facts.platform().toString());
        parts.put("a package", packages(facts));
        parts.put("a module", links(state));
        parts.put("memcached's command line", facts.memcachedFlags().toString());
        parts.put("memcached's gate", text(facts.guardState()));
        Map<String, String> marks = new TreeMap<>();
        parts.forEach(
                (name, text) -> marks.put(name, Sha256.of(List.of(name, text)).substring(0, MARK)));
        List<String> all = parts.entrySet().stream()
                .flatMap(e -> List.of(e.getKey(), e.getValue()).stream())
                .toList();
        return new FactsFingerprint(Sha256.of(all), marks);
    }

    private static String packages(DropletFacts facts) {
        Map<String, String> versions = new TreeMap<>(facts.versions());
        versions.keySet().removeIf(name -> !PACKAGES.matcher(name).matches());
        return versions + " " + new TreeSet<>(facts.state().halfInstalled());
    }

    private static String links(DropletState state) {
        return state.features().stream().map(Feature::link).sorted().collect(Collectors.joining(" "));
    }

    private static String text(ServiceState service) {
        return service.running() + " " + service.starting() + " " + service.enabled() + " " + service.settled();
    }

    private static String text(GuardState guardState) {
        return guardState.fenced() + " " + guardState.cordoned() + " " + new TreeSet<>(guardState.blockedPeers());
    }

    /**
     * Returns the names of the parts that have changed. If the digests differ and no mark does, it returns a general
     * name.
     */
    List<String> changedSince(FactsFingerprint then) {
        TreeSet<String> names = new TreeSet<>(marks.keySet());
        names.addAll(then.marks.keySet());
        List<String> changed = names.stream()
                .filter(name -> !Objects.equals(marks.get(name), then.marks.get(name)))
                .toList();
        return changed.isEmpty() && !digest.equals(then.digest) ? List.of("a file or a service") : changed;
    }
}
