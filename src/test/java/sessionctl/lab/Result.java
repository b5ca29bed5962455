package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** The result of a process. */
record Result(List<String> words, int exit, String out, String err) {
    /** Checks the exit code; a failure shows all output. */
    Result exits(int expected) {
        assertThat(exit).as("exit code of %s", this).isEqualTo(expected);
        return this;
    }

    /** Checks that the standard output contains all these parts. */
    Result prints(String... parts) {
        assertThat(out).as("standard output of %s", this).contains(parts);
        return this;
    }

    /** Checks that the standard error contains all these parts. */
    Result complains(String... parts) {
        assertThat(err).as("standard error of %s", this).contains(parts);
        return this;
    }

    /** Checks that neither stream shows a stack trace or an internal error. */
    Result withoutTraces() {
        assertThat(out + err)
                .as("%s", this)
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("an internal error");
        return this;
    }

    @Override
    public String toString() {
        int from = words.indexOf("-jar");
        String shown = String.join(" ", from < 0 ? words : words.subList(from + 1, words.size()));
        return shown + "\nexit code " + exit + "\n--- standard output\n" + out + "--- standard error\n" + err + "---\n";
    }
}
