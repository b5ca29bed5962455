package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.state.Feature;

/**
 * Replaces the files of one service and makes the service read them. If the service does not start with them, the
 * droplet restores the old files.
 *
 * @param features the links to create together with the files
 * @param enable true if the service must also be enabled at boot
 * @param checks the tests to run before and after the change, as arguments of configure.sh
 */
public record Configure(
        Stage stage,
        String service,
        List<FileChange> files,
        List<Feature> features,
        ServiceAction action,
        boolean enable,
        List<String> checks,
        Risk risk)
        implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Pattern SERVER = Pattern.compile("tcp://[0-9A-Za-z.:\\[\\]_-]+");

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
        if (action != ServiceAction.NONE) {
            parts.add(action.words(service));
        }
        if (enable) {
            parts.add("start " + service + " at boot");
        }
        return String.join(", ", parts);
    }

    /** Returns true if PHP gets a server that it does not use yet. */
    public boolean addsServers() {
        Set<String> added = servers("+");
        added.removeAll(servers("-"));
        return !added.isEmpty()
                || files.stream()
                        .flatMap(file -> file.diff().stream())
                        .anyMatch(line -> line.startsWith("+session.save_handler"));
    }

    private Set<String> servers(String sign) {
        return files.stream()
                .flatMap(file -> file.diff().stream())
                .filter(line -> line.startsWith(sign) && !line.startsWith(sign + ";"))
                .filter(line -> line.contains("session.save_path"))
                .flatMap(line -> SERVER.matcher(line).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public List<List<String>> diffs() {
        return files.stream().map(FileChange::diff).toList();
    }

    @Override
    public List<List<String>> summary() {
        return files.stream().map(FileChange::summary).toList();
    }

    @Override
    public Command command() {
        List<String> arguments =
                new ArrayList<>(List.of("service", service, "action", action.word(), "enable", enable ? "yes" : "no"));
        StringBuilder input = new StringBuilder();
        for (FileChange file : files) {
            String content = file.written().content();
            arguments.addAll(List.of("file", file.path(), Integer.toString(content.length())));
            arguments.addAll(List.of(file.written().mode(), file.written().owner(), file.expectedDigest()));
            input.append(content);
        }
        for (Feature feature : features) {
            arguments.addAll(List.of(
                    "feature", feature.link(), Integer.toString(feature.enable().size())));
            arguments.addAll(feature.enable());
        }
        arguments.addAll(checks);
        return Command.script(Scripts.locking("plan/configure.sh"))
                .withArguments(arguments)
                .withInput(input.toString())
                .within(LIMIT);
    }

    @Override
    public List<String> exactly() {
        // The contents of a file from a package that is not installed yet are unknown, so there may be no command. The
        // directives to set in it are known.
        return List.of(
                stage.name(),
                risk.name(),
                describe(),
                files.toString(),
                features.toString(),
                checks.toString(),
                Scripts.locking("plan/configure.sh"));
    }

    /** Returns the same change with no risk, for a service that no page uses yet. */
    Configure withoutRisk() {
        return new Configure(stage, service, files, features, action, enable, checks, Risk.NONE);
    }
}
