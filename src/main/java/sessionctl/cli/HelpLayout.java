package sessionctl.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;

/** The layout of a command's help: examples first, then the options in groups, then the exit codes. */
final class HelpLayout {
    private static final List<String> SECTIONS = List.of(
            SECTION_KEY_SYNOPSIS_HEADING,
            SECTION_KEY_SYNOPSIS,
            SECTION_KEY_DESCRIPTION,
            SECTION_KEY_FOOTER_HEADING,
            SECTION_KEY_FOOTER,
            SECTION_KEY_COMMAND_LIST_HEADING,
            SECTION_KEY_COMMAND_LIST,
            SECTION_KEY_PARAMETER_LIST,
            SECTION_KEY_OPTION_LIST,
            SECTION_KEY_EXIT_CODE_LIST_HEADING,
            SECTION_KEY_EXIT_CODE_LIST);

    private static final Set<Class<?>> CONNECTION =
            Set.of(ConnectionOptions.class, KnownHostsOption.class, SudoOptions.class);
    private static final Set<Class<?>> OUTPUT = Set.of(OutputOptions.class, LogOptions.class);

    private HelpLayout() {}

    static void applyTo(CommandLine command) {
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        command.getCommandSpec().usageMessage().commandListHeading("%nCommands:%n");
        command.getCommandSpec().usageMessage().sectionKeys(SECTIONS);
        command.getHelpSectionMap().put(SECTION_KEY_PARAMETER_LIST, new Parameters());
        command.getHelpSectionMap().put(SECTION_KEY_OPTION_LIST, new Options());
    }

    private static String groupOf(OptionSpec option) {
        Class<?> owner = option.userObject() instanceof Field field ? field.getDeclaringClass() : Object.class;
        return CONNECTION.contains(owner) ? "Connection" : OUTPUT.contains(owner) ? "Output" : "Options";
    }

    private static final class Parameters implements IHelpSectionRenderer {
        @Override
        public String render(Help help) {
            String list = help.parameterList();
            return list.isEmpty() ? "" : "\nArguments:\n" + list;
        }
    }

    private static final class Options implements IHelpSectionRenderer {
        @Override
        public String render(Help help) {
            Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
            List.of("Options", "Connection", "Output").forEach(name -> groups.put(name, new ArrayList<>()));
            help.commandSpec()
                    .options()
                    .forEach(option -> groups.computeIfAbsent(groupOf(option), name -> new ArrayList<>())
                            .add(option));
            StringBuilder out = new StringBuilder();
            groups.forEach((name, options) -> {
                String list = options.isEmpty() ? "" : help.optionListExcludingGroups(options);
                out.append(list.isEmpty() ? "" : "\n" + name + ":\n" + list);
            });
            return out.toString();
        }
    }
}
