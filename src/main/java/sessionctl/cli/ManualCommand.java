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
import sessionctl.action.BuildInfo;
import sessionctl.action.BundledResources;
import sessionctl.action.ExitCode;
import sessionctl.manual.ManPage;
import sessionctl.manual.ManPageWriter;

/** The hidden {@code manual} command: writes the man pages to a folder, for the package build. */
@Command(name = "manual", hidden = true, description = "Write the man pages, one for each command, to a folder.")
final class ManualCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The folder.")
    private Path folder = Path.of(".");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<ManPage> pages = ManPages.of(spec.root().commandLine());
        BuildInfo version = new BuildInfo();
        try {
            Files.createDirectories(folder);
            for (ManPage page : pages) {
                List<String> others = pages.stream()
                        .map(ManPage::name)
                        .filter(name -> !name.equals(page.name()))
                        .toList();
                String text = ManPageWriter.page(page, "sessionctl " + BuildInfo.number(), version.day(), others);
                Files.writeString(folder.resolve(page.name() + ".1"), text);
            }
            String example = BundledResources.text("inventories/example.yml");
            Files.writeString(
                    folder.resolve("sessionctl-inventory.5"),
                    ManPageWriter.inventory(example, "sessionctl " + BuildInfo.number(), version.day()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ExitCode.OK;
    }
}
