package sessionctl.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A host of the private network that is not in the inventory. It asks the memcached of each droplet for its version, as
 * often as it can, until it is stopped.
 */
final class Outsider {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** A process for each address. An attempt that gets no answer takes a fifth of a second. */
    private static final String ASK = """
            use IO::Socket::INET; my $stop = shift; my $end = time + 900; my @children;
            for my $address (@ARGV) {
                my $child = fork;
                if ($child) { push @children, $child; next }
                my ($tries, $answers) = (0, 0);
                while (time < $end and !-e $stop) {
                    $tries++;
                    my $socket = IO::Socket::INET->new(PeerAddr => "$address:11211", Timeout => 0.2);
                    if ($socket) {
                        print $socket "version\\r\\n";
                        my $bits = ""; vec($bits, fileno $socket, 1) = 1;
                        $answers++ if select($bits, undef, undef, 0.5) and (<$socket> // "") =~ /VERSION/;
                    }
                    select undef, undef, undef, 0.02;
                }
                print "$address $tries tries, $answers answers\\n";
                exit;
            }
            waitpid $_, 0 for @children;
            """;

    private final Path stop;
    private final Program asking;

    /** Starts to ask these droplets. */
    Outsider(Lab lab, List<String> hosts) {
        lab.tryScript("attach", "other-host", "10.98.0.98");
        stop = lab.folder().resolve("stop-asking-" + System.nanoTime());
        List<String> words = new ArrayList<>(List.of("in", "other-host", "perl", "-e", ASK, stop.toString()));
        hosts.forEach(host -> words.add(lab.host(host).privateIp()));
        asking = lab.startScript(Map.of(), words);
    }

    /** Stops asking. Returns a line for each droplet: its address, the number of tries, the number of answers. */
    List<String> stop() {
        try {
            Files.writeString(stop, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return asking.await(LIMIT).exits(0).out().lines().sorted().toList();
    }
}
