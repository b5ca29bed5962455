package sessionctl.desired;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.ActualFirewall;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.state.HeldAddress;
import sessionctl.state.Unfit;

/**
 * What a cluster's droplets are to hold, as far as that is known without them, as files for people to compare. The same
 * inventory and templates give the same bytes, everywhere and always.
 */
public final class RenderedFiles {
    /** Stands where a droplet alone knows which interface has its private address. */
    private static final String INTERFACE = "PRIVATE_INTERFACE";

    private static final String OWN = """
            every other line of that file stays as it is.
            # A line that begins with ? holds only where the file says nothing of its own.
            """;

    private RenderedFiles() {}

    /**
     * The files by their paths, which begin with the droplet's name; one byte a character, as files are kept everywhere.
     *
     * @throws TemplateProblem when a template is wrong
     */
    public static Map<String, String> of(Cluster cluster, TemplateSet templates) {
        Map<String, String> files = new TreeMap<>();
        for (Droplet droplet : cluster.droplets()) {
            Rendered texts = Rendered.of(templates, DesiredStates.values(cluster, droplet), cluster, droplet);
            services(droplet, texts).forEach((path, text) -> files.put(droplet.name() + "/" + path, text));
            firewall(cluster, droplet).forEach((path, text) -> files.put(droplet.name() + "/" + path, text));
        }
        return files;
    }

    private static Map<String, String> services(Droplet droplet, Rendered texts) {
        Map<String, String> files = new TreeMap<>();
        if (!droplet.leaving()) {
            files.put("memcached.conf", "# Options in " + DesiredStates.CONF + "; " + OWN + text(texts.conf()));
        }
        files.put("memcached.service.d/sessionctl.conf", texts.guardedUnit());
        files.put("guard", texts.guard());
        files.put("php.ini", "; Directives in the php.ini of the web server's PHP; " + ini(texts.php()));
        files.put("memcache.ini", "; Directives in the memcache.ini of the web server's PHP; " + ini(texts.module()));
        return files;
    }

    private static String ini(List<Directive> directives) {
        return OWN.replace('#', ';') + text(directives);
    }

    private static String text(List<Directive> directives) {
        StringBuilder text = new StringBuilder();
        directives.forEach(
                d -> text.append(d.optional() ? "?" : "").append(d.text()).append('\n'));
        return text.toString();
    }

    /** Our chains in a packet filter that holds nothing else. */
    private static Map<String, String> firewall(Cluster cluster, Droplet droplet) {
        FilterTable empty = FilterTable.parse("");
        String named = droplet.privateInterface();
        HeldAddress address = new HeldAddress(
                named == null ? INTERFACE : named, droplet.privateIp().text());
        ActualFirewall bare = new ActualFirewall(new FirewallState(empty, empty, ""), true, List.of(address));
        try {
            FirewallState wanted = new PairwiseFirewall(cluster).of(droplet, bare);
            FilterTable v6 = wanted.v6();
            return Map.of("iptables", wanted.v4().text(), "ip6tables", v6 == null ? "" : v6.text());
        } catch (Unfit e) {
            throw new IllegalStateException("it holds its address", e);
        }
    }
}
