package sessionctl.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A droplet as it is, or as it should be: one type for both, so that a plan is the difference of two values.
 *
 * @param php the PHP that the web server runs; null where none is installed
 * @param packages names of the packages that are installed whole
 * @param broken names of packages that dpkg left half way
 * @param files by path
 * @param features what is switched on
 * @param services by name, without a suffix
 */
public record DropletState(
        @Nullable PhpLayout php,
        Set<String> packages,
        Set<String> broken,
        Map<String, FileState> files,
        Set<Feature> features,
        Map<String, ServiceState> services) {
    /** Copies everything, order kept. */
    public DropletState {
        packages = Collections.unmodifiableSet(new LinkedHashSet<>(packages));
        broken = Collections.unmodifiableSet(new LinkedHashSet<>(broken));
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        features = Collections.unmodifiableSet(new LinkedHashSet<>(features));
        services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }

    /** What is at a path. */
    public FileState file(String path) {
        return files.getOrDefault(path, new FileState.Absent());
    }

    /** A service, also one that is not there. */
    public ServiceState service(String name) {
        return services.getOrDefault(name, ServiceState.NONE);
    }
}
