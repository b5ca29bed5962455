package sessionctl.report.html;

import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapper;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import sessionctl.health.ClusterHealth;
import sessionctl.health.Finding;
import sessionctl.report.Provenance;
import sessionctl.report.StatusRenderer;
import sessionctl.report.StatusTables;
import sessionctl.report.TerminalSafe;

/** The status report as one self-contained page with charts. */
public final class StatusHtml implements StatusRenderer {
    private final Provenance from;

    /** A page that names its origin. */
    public StatusHtml(Provenance from) {
        this.from = from;
    }

    @Override
    public void write(ClusterHealth health, int exitCode, PrintWriter all) {
        DefaultObjectWrapper wrapper = new DefaultObjectWrapper(Configuration.VERSION_2_3_34);
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(StatusRenderer.class, "/sessionctl/report");
        configuration.setLocalizedLookup(false);
        configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
        configuration.setLocale(Locale.ROOT);
        configuration.setOutputFormat(new SafeHtml());
        configuration.setObjectWrapper(wrapper);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        try {
            Map<String, Object> model = Map.of(
                    "from",
                    from,
                    "health",
                    health,
                    "findings",
                    Finding.grouped(health.findings()),
                    "charts",
                    new StatusCharts(health),
                    "tables",
                    wrapper.getStaticModels().get(StatusTables.class.getName()));
            configuration.getTemplate("status.ftl").process(model, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TemplateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Escapes all text, so that a droplet's output never becomes markup or a control character. */
    private static final class SafeHtml extends HTMLOutputFormat {
        @Override
        public String escapePlainText(String text) {
            return TerminalSafe.of(text)
                    .replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;");
        }

        @Override
        public void output(String text, Writer out) throws IOException {
            out.write(escapePlainText(text));
        }
    }
}
