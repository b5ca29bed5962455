package sessionctl.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ManPageWriterTest {
    private static final ManPage PAGE = new ManPage(
            List.of("tool", "do"),
            "[--all] [FILE]",
            "Do it. Then rest.",
            List.of(new ManPage.Entry("FILE", ".hidden files too")),
            List.of(
                    new ManPage.Option(List.of("-a", "--all"), "", List.of(), "All of \"it\" (a\\b)."),
                    new ManPage.Option(List.of("--to"), "DIR", List.of(), "Where to.")),
            List.of(),
            List.of("tool do --all"),
            List.of(new ManPage.Entry("0", "done")),
            List.of(new ManPage.Entry("TOOL_COLOR", "Whether it is colourful.")),
            List.of());

    @Test
    void aCommandsHelpBecomesAManualPage() {
        assertThat(ManPageWriter.page(PAGE, "tool 1.2", "2026-01-02", List.of("tool", "tool-undo")))
                .isEqualTo("""
                .TH "TOOL\\-DO" 1 "2026-01-02" "tool 1.2"
                .SH "NAME"
                tool\\-do \\- Do it
                .SH "SYNOPSIS"
                .B "tool do"
                [\\-\\-all] [FILE]
                .SH "DESCRIPTION"
                Do it. Then rest.
                .SH "ARGUMENTS"
                .TP
                .B "FILE"
                \\&.hidden files too
                .SH "OPTIONS"
                .TP
                .B "\\-a, \\-\\-all"
                All of "it" (a\\(rsb).
                .TP
                .B "\\-\\-to=DIR"
                Where to.
                .SH "EXIT STATUS"
                .TP
                .B "0"
                done
                .SH "ENVIRONMENT"
                .TP
                .B "TOOL_COLOR"
                Whether it is colourful.
                .SH "EXAMPLE"
                .EX
                tool do \\-\\-all
                .EE
                .SH "SEE ALSO"
                tool(1), tool\\-undo(1), sessionctl\\-inventory(5)
                """);
    }
}
