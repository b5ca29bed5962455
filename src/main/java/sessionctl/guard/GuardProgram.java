package sessionctl.guard;

import java.util.List;
import sessionctl.command.Scripts;

/**
 * The guard, the program that fences a memcached until it is filled. {@link sessionctl.state.DropletFacts#canHaveGuard}
 * returns true for a droplet that can have one.
 */
public final class GuardProgram {
    /** The folder of sessionctl's programs on a droplet. */
    public static final String FOLDER = "/usr/local/lib/sessionctl/";

    /** The path of the program. */
    public static final String PATH = FOLDER + "guard";

    /** The path of its settings; {@code Guard/Config.pm} defines the format. */
    public static final String SETTINGS = "/etc/sessionctl/guard.conf";

    /** The part of memcached's unit that makes systemd call it. */
    public static final String UNIT = "/etc/systemd/system/memcached.service.d/sessionctl.conf";

    /** The unit of the sentinel, a process of the guard that notices that a memcached stops responding. */
    public static final String SENTINEL_UNIT = "/etc/systemd/system/sessionctl-sentinel.service";

    /** The package of the packet filter that it calls. */
    public static final String PACKAGE = "iptables";

    /** The modules, each before those that use it. */
    private static final List<String> MODULES = List.of(
            "SessionKeys",
            "Config",
            "Log",
            "Filter",
            "Memcached",
            "Placement",
            "Snapshot",
            "Turn",
            "Stop",
            "Sync",
            "Repair",
            "Opening",
            "Join",
            "Merge",
            "Peers",
            "Sentinel",
            "Commands");

    private GuardProgram() {}

    /** Returns the program, all modules in one file: a droplet needs only perl-base. */
    public static String text() {
        return Whole.TEXT;
    }

    /** Holds the program, which every droplet's desired state contains: its parts are read and joined once. */
    private static final class Whole {
        static final String TEXT = join();
    }

    private static String join() {
        String main = Scripts.text("guard/guard.pl");
        int code = main.indexOf("use strict;");
        StringBuilder text = new StringBuilder(main.substring(0, code));
        MODULES.forEach(name -> text.append(module(name)));
        return text.append(main.substring(code)).toString();
    }

    /** Returns the unit of the sentinel. */
    public static String sentinelUnit() {
        return Scripts.text("guard/sentinel.service");
    }

    /**
     * Returns a module as a part of a program, which {@code use Guard::NAME} finds there.
     *
     * @param name such as {@code SessionKeys}
     */
    public static String module(String name) {
        String text = Scripts.text("guard/Guard/" + name + ".pm");
        return "BEGIN { $INC{\"Guard/" + name + ".pm\"} = 1 }\n{\n" + text.substring(0, text.lastIndexOf("\n1;\n"))
                + "}\n\n";
    }
}
