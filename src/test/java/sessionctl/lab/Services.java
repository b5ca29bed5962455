package sessionctl.lab;

import java.util.LinkedHashMap;
import java.util.Map;

/** What systemd remembers of a droplet's services: when they were started, and when they were told to reload. */
final class Services {
    private Services() {}

    /** Changes with every start, and with every reload; the same as long as nobody touched the service. */
    static String fingerprint(Lab lab, String host, String... services) {
        StringBuilder script = new StringBuilder();
        for (String service : services) {
            script.append(
                            "systemctl show -p Id -p InvocationID -p MainPID -p ExecMainStartTimestampMonotonic -p ExecReload ")
                    .append(service)
                    .append("\nps -o pid=,lstart= --pid $(systemctl show -P MainPID ")
                    .append(service)
                    .append(")\n");
        }
        return lab.onHost(host, script.toString());
    }

    /** Changes with every start, not with a reload. */
    static String start(Lab lab, String host, String service) {
        return lab.onHost(host, "systemctl show -P InvocationID " + service).strip();
    }

    /** When a service went down last and when it was up again; all droplets have the same clock here. */
    static Restart lastRestart(Lab lab, String host, String service) {
        Map<String, Long> times = new LinkedHashMap<>();
        lab.onHost(host, "systemctl show -p ActiveExitTimestampMonotonic -p ActiveEnterTimestampMonotonic " + service)
                .lines()
                .forEach(line -> times.put(line.replaceAll("=.*", ""), Long.parseLong(line.replaceAll(".*=", ""))));
        return new Restart(
                times.getOrDefault("ActiveExitTimestampMonotonic", 0L),
                times.getOrDefault("ActiveEnterTimestampMonotonic", 0L));
    }

    /**
     * A restart.
     *
     * @param down microseconds
     * @param up microseconds
     */
    record Restart(long down, long up) {}
}
