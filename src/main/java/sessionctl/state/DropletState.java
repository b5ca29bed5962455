package sessionctl.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a droplet, actual or desired. One type for both makes a plan the difference of two values.
 *
 * @param php the PHP that the web server runs; null if none is installed
 * @param packages names of completely installed packages
 * @param halfInstalled names of packages that dpkg left half installed
 * @param files by path
 * @param features the enabled features
 * @param services by name, without a suffix
 */
public record DropletState(
        @Nullable PhpLayout php,
        Set<String> packages,
        Set<String> halfInstalled,
        Map<String, FileState> files,
        Set<Feature> features,
        Map<String, ServiceState> services) {
    /** Keeps the order of all collections. */
    public DropletState {
        packages = Collections.unmodifiableSet(new LinkedHashSet<>(packages));
        halfInstalled = Collections.unmodifiableSet(new LinkedHashSet<>(halfInstalled));
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        features = Collections.unmodifiableSet(new LinkedHashSet<>(features));
        services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }

    /** Returns the file at a path; {@link FileState.Absent} for a path that is not in the map. */
    public FileState file(String path) {
        return files.getOrDefault(path, new FileState.Absent());
    }

    /** Returns a service; {@link ServiceState#NONE} if it does not exist. */
    public ServiceState service(String name) {
        return services.getOrDefault(name, ServiceState.NONE);
    }
}
