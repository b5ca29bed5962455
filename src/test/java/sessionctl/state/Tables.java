package sessionctl.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Generates random filter tables: chains of other programs, rules of people, with and without sessionctl's rules. */
record Tables(RandomGenerator random) {
    private static final List<String> CHAINS =
            List.of("ABOVE", "DOCKER", "DOCKER-USER", "SESSIONCTL-NOT-OURS", "f2b-sshd", "ufw-before-input", "zz");
    private static final List<String> MATCHES = List.of(
            "-p tcp -m tcp --dport 11211",
            "-p tcp -m tcp --dport 22",
            "-s 198.51.100.7/32 -i eth1 -p tcp -m tcp --dport 11211",
            "-m conntrack --ctstate RELATED,ESTABLISHED",
            "-i lo",
            "-m comment --comment \"-j SESSIONCTL\"",
            "-p tcp -m multiport --dports 22,80");

    FilterTable foreign() {
        Map<String, String> policies = new LinkedHashMap<>();
        policies.put("INPUT", oneOf(List.of("ACCEPT", "DROP")));
        policies.put("FORWARD", oneOf(List.of("ACCEPT", "DROP")));
        policies.put("OUTPUT", "ACCEPT");
        CHAINS.stream().filter(c -> random.nextBoolean()).forEach(c -> policies.put(c, "-"));
        List<String> chains = List.copyOf(policies.keySet());
        List<String> rules = new ArrayList<>();
        for (String chain : chains) {
            for (int left = random.nextInt(5); left > 0; left--) {
                String target =
                        random.nextInt(3) > 0 || chains.size() < 4 ? oneOf(List.of("ACCEPT", "DROP")) : last(chains);
                rules.add("-A " + chain + " " + oneOf(MATCHES) + " -j " + target);
            }
        }
        return new FilterTable(policies, rules);
    }

    private static String last(List<String> chains) {
        return chains.get(chains.size() - 1);
    }

    /** Returns sessionctl's rules in any state that people, earlier runs and restarts of other programs can leave. */
    ManagedRules own(FilterTable table) {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        List<ManagedRules.Jump> jumps = new ArrayList<>();
        int places = table.foreignInputRules() + 1;
        for (String chain : ManagedRules.CHAINS) {
            if (random.nextBoolean()) {
                chains.put(
                        chain,
                        List.of("-A " + chain + " " + oneOf(MATCHES) + " -j DROP", "-A " + chain + " -i lo -j ACCEPT"));
                for (int left = random.nextInt(3); left > 0; left--) {
                    jumps.add(new ManagedRules.Jump(places++, chain));
                }
            }
        }
        if (random.nextBoolean() && !jumps.isEmpty()) {
            jumps.set(0, new ManagedRules.Jump(1, jumps.get(0).chain()));
        }
        return table.with(new ManagedRules(chains, jumps, oneOf(List.of("ACCEPT", "DROP"))))
                .managedRules();
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
