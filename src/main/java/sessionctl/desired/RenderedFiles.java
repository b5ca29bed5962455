package sessionctl.desired;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sessionctl.ini.Directive;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.UnsupportedDropletException;

/**
 * Renders those contents of the droplets' files that are known without the droplets, for people to compare. The same
 * inventory and templates give the same bytes on every machine.
 */
public final class RenderedFiles {
    /** Stands for the interface of the private address, if only the droplet knows it. */
    private static final String INTERFACE = "PRIVATE_INTERFACE";

    private static final String OWN = """
            all other lines of that file are kept.
            # A line that begins with ? applies only if the file does not set it otherwise.
            """;

    private RenderedFiles() {}

    /**
     * Returns the files by path, which begins with the droplet's name. Contents have one character for each byte (ISO
     * 8859-1).
     *
     * @throws InvalidTemplateException if a template is invalid
     */
    public static Map<String, String> of(Cluster cluster, TemplateSet templates) {
        Map<String, String> files = new TreeMap<>();
        for (Droplet droplet : cluster.droplets()) {
            RenderedTemplates texts =
                    RenderedTemplates.of(templates, DesiredStates.values(cluster, droplet), cluster, droplet);
            services(droplet, texts).forEach((path, text) -> files.put(droplet.name() + "/" + path, text));
            firewall(cluster, droplet).forEach((path, text) -> files.put(droplet.name() + "/" + path, text));
        }
        return files;
    }

    private static Map<String, String> services(Droplet droplet, RenderedTemplates texts) {
        Map<String, String> files = new TreeMap<>();
        if (!droplet.leaving()) {
            files.put("memcached.conf", "# Options in " + DesiredStates.CONF + "; " + OWN + text(texts.conf()));
        }
        files.put("memcached.service.d/sessionctl.conf", texts.guardedUnit());
        files.put("guard.conf", texts.guardSettings());
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

    /** Returns the chains of sessionctl in an otherwise empty packet filter. */
    private static Map<String, String> firewall(Cluster cluster, Droplet droplet) {
        FilterTable empty = FilterTable.parse("");
        String named = droplet.privateInterface();
        InterfaceAddress address = new InterfaceAddress(
                named == null ? INTERFACE : named, droplet.privateIp().text());
        FirewallFacts bare = new FirewallFacts(new FirewallState(empty, empty, ""), true, List.of(address));
        try {
            FirewallState wanted = new PairwiseFirewall(cluster).rulesFor(droplet, bare);
            FilterTable v6 = wanted.v6();
            return Map.of("iptables", wanted.v4().text(), "ip6tables", v6 == null ? "" : v6.text());
        } catch (UnsupportedDropletException e) {
            throw new IllegalStateException("it holds its address", e);
        }
    }
}
