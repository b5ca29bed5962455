package sessionctl.desired;

import freemarker.cache.StringTemplateLoader;
import freemarker.core.ParseException;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.SimpleObjectWrapper;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/**
 * The templates of one run. They are strict (an undefined value is an error) and sandboxed (no Java class is
 * accessible).
 */
public final class TemplateSet {
    /** The template of memcached's options. */
    public static final String MEMCACHED_CONF = "memcached.conf.ftl";

    /** The template of the systemd drop-in of memcached's unit. */
    public static final String MEMCACHED_UNIT = "memcached.service.ftl";

    /** The template of PHP's session directives. */
    public static final String PHP_INI = "php.ini.ftl";

    /** The template of the memcache module's directives. */
    public static final String MEMCACHE_INI = "memcache.ini.ftl";

    /** The template of the guard's settings. */
    public static final String GUARD_CONF = "guard.conf.ftl";

    /** Names of all templates that a run needs. */
    public static final List<String> NAMES = List.of(MEMCACHED_CONF, MEMCACHED_UNIT, GUARD_CONF, PHP_INI, MEMCACHE_INI);

    private static final int MAX_LENGTH = 4 << 20;

    private final Configuration configuration;

    /**
     * Loads the templates.
     *
     * @param texts the text of every template, by its name in {@link #NAMES}
     */
    public TemplateSet(Map<String, String> texts) {
        StringTemplateLoader loader = new StringTemplateLoader();
        texts.forEach((name, text) -> loader.putTemplate(name, text.replace("\r\n", "\n")));
        configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setTemplateLoader(loader);
        configuration.setLocalizedLookup(false);
        configuration.setLocale(Locale.ROOT);
        configuration.setTimeZone(TimeZone.getTimeZone("UTC"));
        configuration.setTagSyntax(Configuration.SQUARE_BRACKET_TAG_SYNTAX);
        configuration.setInterpolationSyntax(Configuration.SQUARE_BRACKET_INTERPOLATION_SYNTAX);
        configuration.setRecognizeStandardFileExtensions(false);
        configuration.setNumberFormat("c");
        configuration.setBooleanFormat("c");
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setWrapUncheckedExceptions(true);
        configuration.setFallbackOnNullLoopVariable(false);
        configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        configuration.setAPIBuiltinEnabled(false);
        configuration.setObjectWrapper(new SimpleObjectWrapper(Configuration.VERSION_2_3_34));
    }

    /** Loads the classes of templates, which takes as long as reading the inventory. */
    public static void load() {
        new TemplateSet(Map.of());
    }

    /**
     * Renders a template. Its text is UTF-8; the result has one character for each byte (ISO 8859-1).
     *
     * @throws InvalidTemplateException if the template is invalid
     */
    String render(String name, Map<String, Object> values) {
        try {
            Template template = configuration.getTemplate(name);
            StringWriter out = new Limited();
            template.process(values, out);
            return new String(out.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        } catch (ParseException e) {
            throw problem(name, e.getLineNumber(), e.getColumnNumber(), firstLine(e.getEditorMessage()));
        } catch (TemplateException e) {
            String blamed = e.getBlamedExpressionString();
            String words = blamed == null
                    ? firstLine(e.getMessageWithoutStackTop())
                    : "\"" + blamed + "\" has no usable value";
            throw problem(name, atLeastOne(e.getLineNumber()), atLeastOne(e.getColumnNumber()), words);
        } catch (TooLong e) {
            throw problem(name, 1, 1, "it produces more than " + MAX_LENGTH + " characters");
        } catch (StackOverflowError e) {
            throw problem(name, 1, 1, "its macros call each other endlessly");
        } catch (OutOfMemoryError e) {
            throw problem(name, 1, 1, "it takes more memory than this program may use");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Limits the output. Every file of sessionctl is at least a hundred times smaller. */
    private static final class Limited extends StringWriter {
        @Override
        public void write(char[] text, int from, int length) {
            check(length);
            super.write(text, from, length);
        }

        @Override
        public void write(String text) {
            check(text.length());
            super.write(text);
        }

        @Override
        public void write(String text, int from, int length) {
            check(length);
            super.write(text, from, length);
        }

        private void check(int more) {
            if (getBuffer().length() + (long) more > MAX_LENGTH) {
                throw new TooLong();
            }
        }
    }

    private static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static int atLeastOne(Integer number) {
        return number == null ? 1 : number;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("it is not a template");
    }

    private static InvalidTemplateException problem(String name, int line, int column, String words) {
        return new InvalidTemplateException("templates/" + name + ":" + line + ":" + column + ": " + words
                + "; the shipped template shows the available values");
    }
}
