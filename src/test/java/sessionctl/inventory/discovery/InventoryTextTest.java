package sessionctl.inventory.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Clusters;
import sessionctl.inventory.Configured;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.Memcached;
import sessionctl.inventory.Php;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.Seconds;
import sessionctl.inventory.Sessions;
import sessionctl.inventory.SshAccess;

class InventoryTextTest {
    @Test
    void anyClusterIsWrittenAndReadBackEqual() {
        IntStream.range(0, 2000).forEach(seed -> {
            Cluster cluster = new Clusters(new Random(seed)).any();
            String text = InventoryText.of(cluster);
            Inventory read = Inventory.parse("generated.yml", text);
            assertThat(read).describedAs("seed %d:%n%s", seed, text).isEqualTo(new Inventory.Parsed(cluster));
        });
    }

    @Test
    void onlyGivenOrDifferentValuesAreWritten() {
        Droplet droplet = new Droplet(
                "lamp01",
                new PublicAddress("1.1.1.1"),
                new PrivateAddress("10.1.1.1"),
                new SshAccess("deploy", 22, null, null, null),
                null,
                false);
        Droplet other = new Droplet(
                "null",
                new PublicAddress("2001:db8::"),
                new PrivateAddress("10.1.1.2"),
                new SshAccess("deploy", 2222, "my keys/id", null, null),
                "eth1",
                true);
        Cluster cluster = new Cluster(
                "cluster",
                List.of(droplet, other),
                Memcached.defaults(),
                new Sessions(
                        Configured.of(1440),
                        Configured.ofDefault(15),
                        Configured.ofDefault(new Seconds(1000)),
                        Sessions.ALL),
                Php.AUTO,
                new Firewall(Firewall.Mode.FULL, List.of(80)));
        assertThat(InventoryText.of(cluster)).isEqualTo("""
                ssh:
                  user: deploy
                sessions:
                  lifetime: 1440
                firewall:
                  mode: full
                  allow: [80]
                droplets:
                  - name: lamp01
                    public_ip: 1.1.1.1
                    private_ip: 10.1.1.1
                  - name: "null"
                    public_ip: "2001:db8::"
                    private_ip: 10.1.1.2
                    private_interface: eth1
                    ssh:
                      port: 2222
                      key: "my keys/id"
                    leaving: true
                """);
    }
}
