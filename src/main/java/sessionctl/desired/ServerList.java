package sessionctl.desired;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sessionctl.state.Actual;
import sessionctl.state.FileState;
import sessionctl.state.PhpLayout;

/**
 * The memcached servers that a droplet's PHP keeps sessions on, as its php.ini says now, and the module's own file, which
 * PHP reads after it.
 */
final class ServerList {
    private static final Pattern HANDLER =
            Pattern.compile("(?m)^[ \\t]*+session[.]save_handler[ \\t]*+=[ \\t]*+\"?(\\w*+)\"?[ \\t]*+(;.*)?$");
    private static final Pattern PATH =
            Pattern.compile("(?m)^[ \\t]*+session[.]save_path[ \\t]*+=[ \\t]*+([^\\r\\n]*+)");
    private static final Pattern SERVER = Pattern.compile("tcp://([0-9.]+):(\\d+)");

    private static final Pattern REDUNDANCY =
            Pattern.compile("(?m)^[ \\t]*+memcache[.]session_redundancy[ \\t]*+=[ \\t]*+\"?(\\d{1,9})\\b");

    private ServerList() {}

    /** The copies of a session that PHP writes, as the module's file says. The last assignment counts. */
    static int copies(Actual actual) {
        PhpLayout php = actual.state().php();
        int redundancy = 2;
        if (php == null) {
            return 0;
        }
        if (actual.state().file(php.memcacheIni()) instanceof FileState.Present ini) {
            Matcher matcher = REDUNDANCY.matcher(ini.content());
            while (matcher.find()) {
                redundancy = Integer.parseInt(matcher.group(1));
            }
        }
        return php.hasModule4() ? redundancy : redundancy - 1;
    }

    /** ADDRESS:PORT of each server; empty where PHP keeps its sessions elsewhere. The last assignment counts. */
    static Set<String> of(Actual actual) {
        PhpLayout php = actual.state().php();
        Set<String> servers = new LinkedHashSet<>();
        if (php == null || !(actual.state().file(php.phpIni()) instanceof FileState.Present ini)) {
            return servers;
        }
        String all = ini.content();
        if (actual.state().file(php.memcacheIni()) instanceof FileState.Present module) {
            all += "\n" + module.content();
        }
        String handler = "";
        Matcher handlers = HANDLER.matcher(all);
        while (handlers.find()) {
            handler = handlers.group(1);
        }
        if (!handler.equals("memcache")) {
            return servers;
        }
        Matcher path = PATH.matcher(all);
        while (path.find()) {
            servers.clear();
            Matcher server = SERVER.matcher(path.group(1));
            while (server.find()) {
                servers.add(server.group(1) + ":" + server.group(2));
            }
        }
        return servers;
    }
}
