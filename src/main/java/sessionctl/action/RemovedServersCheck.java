package sessionctl.action;

import java.util.List;
import java.util.Map;
import sessionctl.fleet.Fleet;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.ServerFindings;
import sessionctl.inventory.Droplet;

/** Tests whether servers that the inventory no longer names still run. */
final class RemovedServersCheck {
    private RemovedServersCheck() {}

    /**
     * Returns a finding for each server that answers.
     *
     * @param questions ADDRESS:PORT of the servers, by the droplet that tests them
     */
    static List<Finding> findings(Fleet fleet, Map<Droplet, List<String>> questions, Remedies remedies) {
        return fleet.findAnswering(questions).stream()
                .map(address -> ServerFindings.removedButRunning(address, remedies))
                .toList();
    }
}
