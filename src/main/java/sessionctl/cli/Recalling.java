package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.inventory.Droplet;
import sessionctl.report.History;
import sessionctl.state.LoggedRun;

/** Who changed what lately, by the logs of all droplets. */
final class Recalling {
    private final Fleet fleet;
    private final Voice voice;

    Recalling(Fleet fleet, Voice voice) {
        this.fleet = fleet;
        this.voice = voice;
    }

    /** Tells the last runs; a droplet that is not reached is said, and the others are told. */
    int tell(List<Droplet> droplets, int last) {
        int code = ExitCode.OK;
        Map<Droplet, List<LoggedRun>> logs = new LinkedHashMap<>();
        for (Map.Entry<Droplet, Look<List<LoggedRun>>> one :
                fleet.history(droplets, last).entrySet()) {
            if (one.getValue() instanceof Look.Seen<List<LoggedRun>> seen) {
                logs.put(one.getKey(), seen.actual());
            } else if (one.getValue() instanceof Look.Unreached<List<LoggedRun>> unreached) {
                voice.remark(unreached.failure().sentence());
                code = ExitCode.UNREACHED;
            }
        }
        voice.say(voice.report().of(History.of(logs, last), code));
        return code;
    }
}
