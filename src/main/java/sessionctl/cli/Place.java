package sessionctl.cli;

import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;

/** Where something happened, when it is said already. */
final class Place {
    private Place() {}

    /** What a failure says, without the droplet in front. */
    static String without(Droplet droplet, SshFailure failure) {
        String place = droplet + ": ";
        String sentence = failure.sentence();
        return sentence.startsWith(place) ? sentence.substring(place.length()) : sentence;
    }
}
