package sessionctl.cli;

import java.util.List;
import java.util.Map;
import sessionctl.fleet.Fleet;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.ServerFindings;
import sessionctl.inventory.Droplet;

/** Asks whether servers that the inventory no longer names still run. */
final class RemovedCheck {
    private RemovedCheck() {}

    /**
     * A finding for each of them that answers.
     *
     * @param questions ADDRESS:PORT of the servers, by the droplet that is to ask
     */
    static List<Finding> findings(Fleet fleet, Map<Droplet, List<String>> questions, Remedies remedies) {
        return fleet.answering(questions).stream()
                .map(address -> ServerFindings.stillRuns(address, remedies))
                .toList();
    }
}
