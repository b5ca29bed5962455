package sessionctl.desired;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.MemcachedFlags.Flag;

/**
 * What the templates say for one droplet, checked as far as that goes without the droplet.
 *
 * @param conf memcached's options
 * @param unit the drop-in of memcached's unit, whole, where memcached cannot be guarded
 * @param guardedUnit the same where it is
 * @param guard the guard, whole
 * @param php PHP's directives
 * @param module the memcache module's directives
 */
record Rendered(
        List<Directive> conf,
        String unit,
        String guardedUnit,
        String guard,
        List<Directive> php,
        List<Directive> module) {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][\\w.\\[\\]-]*\\s*=.*", Pattern.DOTALL);

    /**
     * Renders every template for a droplet.
     *
     * @throws TemplateProblem when one of them is wrong, or leaves memcached where PHP does not look for it
     */
    static Rendered of(TemplateSet templates, Map<String, Object> values, Cluster cluster, Droplet droplet) {
        List<Directive> conf = Directive.of(templates.render(TemplateSet.MEMCACHED_CONF, values));
        conf.forEach(Rendered::checkFlags);
        require(conf, "-l", droplet.privateIp().text(), "private_ip", droplet);
        require(conf, "-p", Integer.toString(cluster.memcached().port()), "memcached.port", droplet);
        return new Rendered(
                conf,
                templates.render(TemplateSet.MEMCACHED_UNIT, unguarded(values)),
                templates.render(TemplateSet.MEMCACHED_UNIT, values),
                // The copy that a droplet's own file has, where it is the same.
                templates.render(TemplateSet.GUARD, values).intern(),
                assignments(TemplateSet.PHP_INI, templates.render(TemplateSet.PHP_INI, values)),
                assignments(TemplateSet.MEMCACHE_INI, templates.render(TemplateSet.MEMCACHE_INI, values)));
    }

    private static Map<String, Object> unguarded(Map<String, Object> values) {
        Map<String, Object> same = new LinkedHashMap<>(values);
        same.put("guarded", false);
        return same;
    }

    private static void checkFlags(Directive directive) {
        List<Flag> flags = MemcachedFlags.ofLine(directive.text());
        if (flags.isEmpty()) {
            throw problem(
                    TemplateSet.MEMCACHED_CONF,
                    "it yields \"" + directive.text() + "\", which is no option of memcached; write one like -m 64");
        }
        for (Flag flag : flags) {
            if (flag.lacksValue()) {
                throw problem(
                        TemplateSet.MEMCACHED_CONF,
                        "it yields " + flag.option() + " without the value that it needs; write one after it");
            }
        }
    }

    /** PHP finds sessions at the private address and the port of the inventory, and nowhere else. */
    private static void require(List<Directive> conf, String option, String value, String source, Droplet droplet) {
        boolean there = conf.stream()
                .filter(d -> !d.optional())
                .flatMap(d -> MemcachedFlags.ofLine(d.text()).stream())
                .filter(f -> f.option().equals(option))
                .anyMatch(f -> List.of(f.value().split(",")).contains(value));
        if (!there) {
            throw problem(
                    TemplateSet.MEMCACHED_CONF,
                    "it yields no " + option + " " + value + " for " + droplet.name()
                            + ", where PHP will look for memcached; write " + option + " [=" + source + "]");
        }
    }

    private static List<Directive> assignments(String template, String text) {
        List<Directive> directives = Directive.of(text);
        for (Directive directive : directives) {
            if (!ASSIGNMENT.matcher(directive.text()).matches()) {
                throw problem(
                        template,
                        "it yields \"" + directive.text() + "\", which assigns nothing; write lines like key = value");
            }
        }
        return directives;
    }

    private static TemplateProblem problem(String template, String sentence) {
        return new TemplateProblem("templates/" + template + ": " + sentence);
    }
}
