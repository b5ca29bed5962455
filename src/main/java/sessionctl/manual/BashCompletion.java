package sessionctl.manual;

/** Adds the names of droplets to the completions that picocli generates for bash. */
public final class BashCompletion {
    private BashCompletion() {}

    /**
     * Returns a script that also completes the names of droplets.
     *
     * @param program the program's name
     * @param script the script that picocli has generated
     */
    public static String withDroplets(String program, String script) {
        String edited = script.replace(
                "    '" + DropletNames.OPTION + "')\n      return\n",
                "    '" + DropletNames.OPTION + "')\n      COMPREPLY=( $( compgen -W \"$(_" + program
                        + "_limit \"${curr_word}\")\" -- \"${curr_word}\" ) )\n      return $?\n");
        for (String command : DropletNames.COMMANDS) {
            edited = withArgument(program, command, edited);
        }
        return edited + DropletNames.of(DropletNames.BASH, program);
    }

    /** Completes the first argument of a command; files complete the others. */
    private static String withArgument(String program, String command, String script) {
        int function = script.indexOf("function _picocli_" + program + "_" + command + "() {");
        int end = script.indexOf("\n}\n", function);
        String empty = "    local positionals=\"\"\n";
        int at = script.indexOf(empty, function);
        if (function < 0 || at < 0 || at > end) {
            return script;
        }
        int after = at + empty.length();
        return script.substring(0, after) + "    [ \"${COMP_CWORD}\" -ne 2 ] || positionals=\"$(_" + program
                + "_droplets)\"\n" + script.substring(after);
    }
}
