package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What came of a process. */
record Result(List<String> words, int exit, String out, String err) {
    /** Fails, with everything that was said, when the exit code is another. */
    Result exits(int expected) {
        assertThat(exit).as("exit code of %s", this).isEqualTo(expected);
        return this;
    }

    /** Standard output contains all of this. */
    Result prints(String... parts) {
        assertThat(out).as("standard output of %s", this).contains(parts);
        return this;
    }

    /** Standard error contains all of this. */
    Result complains(String... parts) {
        assertThat(err).as("standard error of %s", this).contains(parts);
        return this;
    }

    /** Neither stream shows the inside of the program. */
    Result withoutTraces() {
        assertThat(out + err)
                .as("%s", this)
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("an error of the program itself");
        return this;
    }

    @Override
    public String toString() {
        int from = words.indexOf("-jar");
        String shown = String.join(" ", from < 0 ? words : words.subList(from + 1, words.size()));
        return shown + "\nexit code " + exit + "\n--- standard output\n" + out + "--- standard error\n" + err + "---\n";
    }
}
