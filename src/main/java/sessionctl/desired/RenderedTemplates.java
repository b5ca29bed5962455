package sessionctl.desired;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import sessionctl.ini.Directive;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.MemcachedFlags.Flag;

/**
 * The rendered templates of one droplet. They pass all checks that need no facts of the droplet.
 *
 * @param conf memcached's options
 * @param unit the drop-in of memcached's unit without a guard
 * @param guardedUnit the drop-in of memcached's unit with a guard
 * @param guardSettings the guard's settings
 * @param php PHP's directives
 * @param module the memcache module's directives
 */
record RenderedTemplates(
        List<Directive> conf,
        String unit,
        String guardedUnit,
        String guardSettings,
        List<Directive> php,
        List<Directive> module) {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][\\w.\\[\\]-]*\\s*=.*", Pattern.DOTALL);

    /**
     * Renders every template for a droplet.
     *
     * @throws InvalidTemplateException if one of them is invalid, or if memcached would not listen where PHP looks for
     *     it
     */
    static RenderedTemplates of(TemplateSet templates, Map<String, Object> values, Cluster cluster, Droplet droplet) {
        List<Directive> conf = Directive.of(templates.render(TemplateSet.MEMCACHED_CONF, values));
        conf.forEach(RenderedTemplates::checkFlags);
        require(conf, "-l", droplet.privateIp().text(), "private_ip", droplet);
        require(conf, "-p", Integer.toString(cluster.memcached().port()), "memcached.port", droplet);
        return new RenderedTemplates(
                conf,
                templates.render(TemplateSet.MEMCACHED_UNIT, withoutGuard(values)),
                templates.render(TemplateSet.MEMCACHED_UNIT, values),
                templates.render(TemplateSet.GUARD_CONF, values),
                assignments(TemplateSet.PHP_INI, templates.render(TemplateSet.PHP_INI, values)),
                assignments(TemplateSet.MEMCACHE_INI, templates.render(TemplateSet.MEMCACHE_INI, values)));
    }

    private static Map<String, Object> withoutGuard(Map<String, Object> values) {
        Map<String, Object> same = new LinkedHashMap<>(values);
        same.put("guarded", false);
        return same;
    }

    private static void checkFlags(Directive directive) {
        List<Flag> flags = MemcachedFlags.ofLine(directive.text());
        if (flags.isEmpty()) {
            throw problem(
                    TemplateSet.MEMCACHED_CONF,
                    "it yields \"" + directive.text() + "\", which is not an option of memcached; write one like"
                            + " -m 64");
        }
        for (Flag flag : flags) {
            if (flag.lacksValue()) {
                throw problem(
                        TemplateSet.MEMCACHED_CONF,
                        "it yields " + flag.option() + " without the value that it needs; write one after it");
            }
        }
    }

    /** Requires an option with a value. PHP looks for memcached only at the inventory's private address and port. */
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
                            + ", where PHP expects memcached; write " + option + " [=" + source + "]");
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

    private static InvalidTemplateException problem(String template, String sentence) {
        return new InvalidTemplateException("templates/" + template + ": " + sentence);
    }
}
