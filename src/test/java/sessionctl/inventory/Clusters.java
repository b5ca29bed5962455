package sessionctl.inventory;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Generates random clusters that an inventory can express. */
public record Clusters(RandomGenerator random) {
    /** Returns a new random cluster at every call. */
    public Cluster any() {
        int port = 1024 + random.nextInt(60000);
        int stays = random.nextInt(4);
        int size = stays + 1 + random.nextInt(3);
        boolean alike = random.nextBoolean();
        SshAccess shared = ssh();
        return new Cluster(
                oneOf("cluster", "shop", "1.10", "yes", "null", "0x1f", "a-b_c.d"),
                IntStream.range(0, size)
                        .mapToObj(index -> droplet(index, alike ? shared : ssh(), index != stays))
                        .toList(),
                new Memcached(
                        port,
                        setting(64, 2048),
                        setting("1m", "32m"),
                        setting(1024, Integer.MAX_VALUE),
                        setting(4, 256)),
                new Sessions(
                        setting(1440, Integer.MAX_VALUE),
                        setting(15, 300),
                        setting(new Seconds(1000), new Seconds(2500)),
                        oneOf(Sessions.ALL, 2, 3)),
                new Php(oneOf(Sapi.values()), oneOf("", "8.2", "5")),
                new Firewall(
                        oneOf(Firewall.Mode.values()), oneOf(List.of(), List.of(80, 443), List.of(80), List.of(1))));
    }

    private Droplet droplet(int index, SshAccess ssh, boolean mayLeave) {
        return new Droplet(
                oneOf("lamp", "null.", "1e", "A-b.", "0") + index,
                new PublicAddress(oneOf(
                        "203.0.113." + index,
                        "2001:db8::" + (index + 1),
                        "::5:" + (index + 1),
                        "5:" + (index + 1) + "::")),
                new PrivateAddress("10.0." + random.nextInt(256) + "." + index),
                ssh,
                maybe("eth1", "ens3.100", "1"),
                mayLeave && random.nextBoolean());
    }

    private SshAccess ssh() {
        return new SshAccess(
                oneOf("root", "deploy", "_x.y-z"),
                oneOf(22, 1, 1023),
                maybe(
                        "~/.ssh/id",
                        "C:\\keys\\\"my\" key",
                        "a: b",
                        "- x",
                        "#1",
                        "~/",
                        "null",
                        "NULL",
                        "ключ",
                        "{x}",
                        " x ",
                        "😀",
                        "'",
                        "a #b",
                        "!x",
                        "&x",
                        "*x",
                        "x:",
                        "${HOME}/$${id",
                        "${"),
                maybe("PASS", "_1"),
                maybe("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"),
                oneOf(SshAccess.Address.values()),
                oneOf(
                        List.of(),
                        List.of(new JumpHost("deploy", "bastion.example.com", 2222)),
                        List.of(new JumpHost(null, "10", null), new JumpHost("a", "2001:db8::1", 22))));
    }

    private <T> Configured<T> setting(T usual, T other) {
        return random.nextBoolean() ? Configured.ofDefault(usual) : Configured.of(random.nextBoolean() ? usual : other);
    }

    private @Nullable String maybe(String... values) {
        return random.nextInt(4) == 0 ? null : oneOf(values);
    }

    @SafeVarargs
    private <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }
}
