package sessionctl.action;

import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;

/** Shortens messages that are shown beside the droplet they are about. */
final class PlaceText {
    private PlaceText() {}

    /** Returns a failure's sentence without the droplet's name at its beginning. */
    static String withoutAddress(Droplet droplet, SshFailure failure) {
        String place = droplet + ": ";
        String sentence = failure.sentence();
        return sentence.startsWith(place) ? sentence.substring(place.length()) : sentence;
    }
}
