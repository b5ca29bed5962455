package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.state.Feature;

/**
 * One service gets its files and reads them; when it does not come up with them, the droplet puts the old ones back.
 *
 * @param features what is switched on with it
 * @param enable whether it must also be made to start at boot
 * @param checks what is looked at before and after, as arguments of configure.sh
 */
public record Configure(
        Stage stage,
        String service,
        List<FileChange> files,
        List<Feature> features,
        Action action,
        boolean enable,
        List<String> checks,
        Risk risk)
        implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    /** Copies the lists. */
    public Configure {
        files = List.copyOf(files);
        features = List.copyOf(features);
        checks = List.copyOf(checks);
    }

    @Override
    public String describe() {
        List<String> parts = new ArrayList<>();
        files.forEach(f -> parts.add("change " + f.path()));
        features.forEach(f -> parts.add("switch on " + f.words()));
        if (action != Action.NONE) {
            parts.add(action.words(service));
        }
        if (enable) {
            parts.add("start " + service + " at boot");
        }
        return String.join(", ", parts);
    }

    @Override
    public List<List<String>> diffs() {
        return files.stream().map(FileChange::diff).toList();
    }

    @Override
    public Command command() {
        List<String> arguments =
                new ArrayList<>(List.of("service", service, "action", action.word(), "enable", enable ? "yes" : "no"));
        StringBuilder input = new StringBuilder();
        for (FileChange file : files) {
            String content = file.written().content();
            arguments.addAll(List.of("file", file.path(), Integer.toString(content.length())));
            arguments.addAll(List.of(file.written().mode(), file.written().owner(), file.guard()));
            input.append(content);
        }
        for (Feature feature : features) {
            arguments.addAll(List.of(
                    "feature", feature.link(), Integer.toString(feature.enable().size())));
            arguments.addAll(feature.enable());
        }
        arguments.addAll(checks);
        return Command.script(Scripts.locking("plan/configure.sh"), arguments.toArray(String[]::new))
                .withInput(input.toString())
                .within(LIMIT);
    }

    @Override
    public List<String> exactly() {
        // What a package will bring is not known yet, so that there may be no command; what will be set in it is.
        return List.of(
                stage.name(),
                risk.name(),
                describe(),
                files.toString(),
                features.toString(),
                checks.toString(),
                Scripts.locking("plan/configure.sh"));
    }

    /** The same for a service that nobody uses yet. */
    Configure withoutRisk() {
        return new Configure(stage, service, files, features, action, enable, checks, Risk.NONE);
    }
}
