package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.state.DropletState;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.PhpLayout;

/**
 * Plans the restoration of the files of PHP and memcached as they were before sessionctl changed them. PHP comes first
 * on all droplets: it must no longer use memcached when that restarts. All sessions in memcached are lost.
 */
public final class Restoration {
    private static final String MEMCACHED = "memcached";
    private static final String MEMCACHED_CONF = "/etc/memcached.conf";

    private static final Pattern SHARES_SESSIONS =
            Pattern.compile("(?m)^[ \\t]{0,80}(?:session\\.save_handler[ \\t]{0,80}=[ \\t]{0,80}\"?memcache\\b"
                    + "|memcache\\.session_redundancy[ \\t]{0,80}=)");

    /** Options of memcached that its trial start cannot use. */
    private static final List<String> NOT_TRIED = List.of("-l", "-p", "-U", "-P", "-d", "-s", "-a", "-e", "-o");

    private Restoration() {}

    /** Returns the changes that restore the originals; empty if all files are like them. */
    public static List<Change> changes(DropletState actual, Map<String, FileState> originals) {
        List<Change> changes = new ArrayList<>();
        List<FileChange> web = filesOfPhp(actual.php()).stream()
                .flatMap(path -> change(path, actual, originals).stream())
                .toList();
        PhpLayout php = actual.php();
        if (php != null && !web.isEmpty()) {
            changes.add(new Configure(
                    Stage.RESTORE_WEB,
                    php.service(),
                    web,
                    List.of(),
                    actual.service(php.service()).running() ? ServiceAction.RELOAD : ServiceAction.NONE,
                    false,
                    checks(php),
                    Risk.LOSES_MOVED_SESSIONS));
        }
        List<FileChange> conf = change(MEMCACHED_CONF, actual, originals);
        if (!conf.isEmpty()) {
            boolean running = actual.service(MEMCACHED).running();
            changes.add(new Configure(
                    Stage.RESTORE_MEMCACHED,
                    MEMCACHED,
                    conf,
                    List.of(),
                    running ? ServiceAction.RESTART : ServiceAction.NONE,
                    false,
                    List.of("try", triedFlags(conf.get(0).written().content())),
                    running ? Risk.LOSES_LOCAL_SESSIONS : Risk.NONE));
        }
        return changes;
    }

    /**
     * Returns the paths of files that have settings of sessionctl and no original.
     *
     * @param privateIp the address at which sessionctl makes memcached listen
     */
    public static List<String> withoutOriginal(
            DropletState actual, Map<String, FileState> originals, String privateIp) {
        return Stream.concat(filesOfPhp(actual.php()).stream(), Stream.of(MEMCACHED_CONF))
                .filter(path -> !originals.containsKey(path))
                .filter(path -> actual.file(path) instanceof FileState.Present present
                        && (path.equals(MEMCACHED_CONF)
                                ? MemcachedFlags.ofFile(present.content())
                                        .addresses()
                                        .contains(privateIp)
                                : SHARES_SESSIONS.matcher(present.content()).find()))
                .toList();
    }

    private static List<String> filesOfPhp(@Nullable PhpLayout php) {
        return php == null ? List.of() : List.of(php.phpIni(), php.memcacheIni());
    }

    private static List<FileChange> change(String path, DropletState actual, Map<String, FileState> originals) {
        FileState now = actual.file(path);
        FileState original = originals.get(path);
        return original == null || original.equals(now) || !(now instanceof FileState.Present)
                ? List.of()
                : List.of(new FileChange(path, now, original));
    }

    private static List<String> checks(PhpLayout php) {
        List<String> checks = new ArrayList<>(List.of("ini", php.cli()));
        if (php.fpm()) {
            checks.addAll(List.of("fpm", php.fpmProgram()));
        }
        return checks;
    }

    private static String triedFlags(String conf) {
        return MemcachedFlags.ofFile(conf).flags().stream()
                .filter(flag -> !NOT_TRIED.contains(flag.option()))
                .map(MemcachedFlags.Flag::toString)
                .collect(Collectors.joining(" "));
    }
}
