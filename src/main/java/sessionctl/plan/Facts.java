package sessionctl.plan;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sessionctl.state.Actual;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.Gate;
import sessionctl.state.ServiceState;

/**
 * What a droplet's plan was made from, as far as it is not in motion by itself: how much memcached holds is no part of it.
 *
 * @param digest of all of it
 * @param marks for each part by its name a mark that is most likely another one when the part has changed; too short for
 *     finding out by trial what a file holds
 */
public record Facts(String digest, Map<String, String> marks) {
    private static final int MARK = 4;

    /** The others have no part in it, and change with every upgrade. */
    private static final Pattern PACKAGES =
            Pattern.compile("(apache2|nginx|memcached|iptables|php|libapache2-mod-php).*");

    /** Copies the marks, in the order of their names. */
    public Facts {
        marks = Collections.unmodifiableMap(new TreeMap<>(marks));
    }

    /** The facts of a droplet. */
    public static Facts of(Actual actual) {
        Map<String, String> parts = new TreeMap<>();
        DropletState state = actual.state();
        state.files().forEach((path, file) -> parts.put(path, file.toString()));
        state.services().forEach((name, service) -> parts.put("service " + name, text(service)));
        parts.put("the operating system", actual.platform().toString());
        parts.put("a package", packages(actual));
        parts.put("a module", links(state));
        parts.put("memcached's command line", actual.memcachedFlags().toString());
        parts.put("memcached's gate", text(actual.gate()));
        Map<String, String> marks = new TreeMap<>();
        parts.forEach(
                (name, text) -> marks.put(name, Digest.of(List.of(name, text)).substring(0, MARK)));
        List<String> all = parts.entrySet().stream()
                .flatMap(e -> List.of(e.getKey(), e.getValue()).stream())
                .toList();
        return new Facts(Digest.of(all), marks);
    }

    private static String packages(Actual actual) {
        Map<String, String> versions = new TreeMap<>(actual.versions());
        versions.keySet().removeIf(name -> !PACKAGES.matcher(name).matches());
        return versions + " " + new TreeSet<>(actual.state().broken());
    }

    private static String links(DropletState state) {
        return state.features().stream().map(Feature::link).sorted().collect(Collectors.joining(" "));
    }

    private static String text(ServiceState service) {
        return service.running() + " " + service.enabled() + " " + service.settled();
    }

    private static String text(Gate gate) {
        return gate.shut() + " " + gate.held() + " " + new TreeSet<>(gate.away());
    }

    /** The names of the parts that are not what they were; all that is known when the digests differ and no mark does. */
    List<String> changedSince(Facts then) {
        TreeSet<String> names = new TreeSet<>(marks.keySet());
        names.addAll(then.marks.keySet());
        List<String> changed = names.stream()
                .filter(name -> !Objects.equals(marks.get(name), then.marks.get(name)))
                .toList();
        return changed.isEmpty() && !digest.equals(then.digest) ? List.of("a file or a service") : changed;
    }
}
