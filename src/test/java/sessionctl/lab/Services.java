package sessionctl.lab;

import java.util.LinkedHashMap;
import java.util.Map;

/** Times and identifiers of starts and reloads of a droplet's services, from systemd. */
final class Services {
    private Services() {}

    /** Returns a text that changes with each start and each reload of these services, and only then. */
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

    /** Returns an identifier that changes with each start of a service, but not with a reload. */
    static String start(Lab lab, String host, String service) {
        return lab.onHost(host, "systemctl show -P InvocationID " + service).strip();
    }

    /** Returns when a service last stopped and when it was up again. All droplets in the lab have the same clock. */
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
     * @param down the time at which the service stopped, in microseconds
     * @param up the time at which it was up again, in microseconds
     */
    record Restart(long down, long up) {}
}
