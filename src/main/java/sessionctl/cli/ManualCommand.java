package sessionctl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sessionctl.manual.Page;
import sessionctl.manual.Roff;

/** The manual, for who packages the program. */
@Command(name = "manual", hidden = true, description = "Write the pages of the manual, one a command, to a folder.")
final class ManualCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The folder.")
    private Path folder = Path.of(".");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Page> pages = Pages.of(spec.root().commandLine());
        Version version = new Version();
        try {
            Files.createDirectories(folder);
            for (Page page : pages) {
                List<String> others = pages.stream()
                        .map(Page::name)
                        .filter(name -> !name.equals(page.name()))
                        .toList();
                String text = Roff.page(page, "sessionctl " + Version.number(), version.day(), others);
                Files.writeString(folder.resolve(page.name() + ".1"), text);
            }
            String example = Shipped.text("inventories/example.yml");
            Files.writeString(
                    folder.resolve("sessionctl-inventory.5"),
                    Roff.inventory(example, "sessionctl " + Version.number(), version.day()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ExitCode.OK;
    }
}
