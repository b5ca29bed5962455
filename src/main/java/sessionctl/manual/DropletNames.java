package sessionctl.manual;

import java.util.Set;

/** The parts of shell completions that complete the names of droplets, from the inventory's file. */
final class DropletNames {
    /** The option whose value is a list of names. */
    static final String OPTION = "--limit";

    /** The commands whose first argument is the name of a droplet in the inventory. */
    static final Set<String> COMMANDS = Set.of("remove", "replace", "ssh");

    /**
     * Functions for bash, and for zsh with bashcompinit. The first one prints the names of the last inventory on the
     * command line, the second one those that may follow the part of a list that is already typed.
     */
    static final String BASH = """

            # Prints the names of the droplets, a line each.
            function _PROGRAM_droplets() {
              local word previous="" file="${SESSIONCTL_INVENTORY:-inventory.yml}"
              for word in "${COMP_WORDS[@]}"; do
                case "$previous" in -i|--inventory) file="$word" ;; esac
                case "$word" in *.yml|*.yaml|*.json) file="$word" ;; esac
                previous="$word"
              done
              [ -f "$file" ] || return 0
              sed -E 's/(^|[[:space:]])#.*//' "$file" | grep -oE "(^|[-{, \\"'])name[\\"']? *: *[\\"']?[A-Za-z0-9][A-Za-z0-9.-]*" | sed "s/.*[: \\"']//"
            }

            # Prints the names that may follow in a list with commas. compgen -W executes what is in a word, so anything but
            # names and patterns gets no completion.
            function _PROGRAM_limit() {
              case "$1" in *[!A-Za-z0-9.,!*?-]*) return 0 ;; esac
              local name typed="${1%"${1##*,}"}" last="${1##*,}"
              case "$last" in "!"*) typed="$typed!" ;; esac
              for name in $(_PROGRAM_droplets); do printf '%s%s\\n' "$typed" "$name"; done
            }
            """;

    /** A function for fish. */
    static final String FISH = """
            function __PROGRAM_droplets
                set -l file inventory.yml
                test -n "$SESSIONCTL_INVENTORY"; and set file $SESSIONCTL_INVENTORY
                for word in (commandline -opc)
                    string match -qr '\\\\.(yml|yaml|json)$' -- $word; and set file (string replace -r '^--inventory=' '' -- $word)
                end
                test -f "$file"; or return
                string replace -r '(^|\\s)#.*' '' < $file | string match -a -r '(?:^|[-{, "\\'])name["\\']? *: *["\\']?[A-Za-z0-9][A-Za-z0-9.-]*' \\
                    | string replace -r '.*[: "\\']' ''
            end
            """;

    private DropletNames() {}

    static String of(String functions, String program) {
        return functions.replace("PROGRAM", program);
    }
}
