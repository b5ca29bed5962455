package sessionctl.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

class ApplierTest {
    private static final Change INSTALL = new InstallPackages(Set.of("memcached"), Set.of());
    private static final Change RELOAD = new Configure(
            Stage.WEB, "apache2", List.of(), List.of(), ServiceAction.RELOAD, false, List.of(), Risk.NONE);

    private static ChangeResult apply(Change change, CommandResult result) throws SshFailure {
        return Applier.apply(
                shell(command -> {
                    assertThat(command).isEqualTo(change.command());
                    return result;
                }),
                change);
    }

    /** A droplet's answer to a command. */
    private interface Behaviour {
        CommandResult of(Command command) throws SshFailure;
    }

    private static Shell shell(Behaviour behaviour) {
        return new Shell() {
            @Override
            public CommandResult run(Command command) throws SshFailure {
                return behaviour.of(command);
            }

            @Override
            public void close() {}
        };
    }

    static Stream<String> sentences() {
        return Stream.of(Applier.CONFIGURE, Applier.GUARD, Applier.INSTALL)
                .flatMap(known -> known.values().stream())
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void everyFailureIsExplainedInTroubleshooting(String sentence) throws IOException {
        String page = Files.readString(Path.of("src/docs/troubleshooting.md"));
        assertThat(page).contains("`" + sentence.replaceFirst("(?<=[;,]) .*", ""));
    }

    @Test
    void aChangeThatExitsWithZeroIsDone() throws SshFailure {
        assertThat(apply(RELOAD, new CommandResult(0, "noise", ""))).isEqualTo(new ChangeResult.Done(RELOAD));
    }

    @ParameterizedTest
    @CsvSource({
        "10, changed since it was inspected",
        "11, nothing was changed",
        "12, a check refused the new configuration",
        "13, the old one was restored and runs",
        "14, with the old configuration; see",
        "15, refused even without the change",
        "28, disk is full",
        "1, it exited 1",
        "137, exceeded its time limit",
        "7, another run of sessionctl",
    })
    void everyExitCodeOfAConfigurationHasItsMessage(int exit, String sentence) throws SshFailure {
        ChangeResult.Failed failed = (ChangeResult.Failed) apply(RELOAD, new CommandResult(exit, "", ""));
        assertThat(failed.change()).isEqualTo(RELOAD);
        assertThat(failed.why()).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "20, package sources do not offer",
        "28, disk is full",
        "100, apt-get could not install it",
        "124, longer than half an hour",
        "12, it exited 12"
    })
    void everyExitCodeOfAnInstallationHasItsMessage(int exit, String sentence) throws SshFailure {
        assertThat(((ChangeResult.Failed) apply(INSTALL, new CommandResult(exit, "", ""))).why())
                .contains(sentence);
    }

    @Test
    void everyExitCodeThatTheScriptDeclaresHasAMessage() throws SshFailure {
        String head = Scripts.text("plan/configure.sh")
                .lines()
                .takeWhile(l -> l.startsWith("#"))
                .collect(Collectors.joining(" "));
        Matcher codes = Pattern.compile("[:;#] +(\\d+) ").matcher(head.substring(head.indexOf("Exit:")));
        List<Integer> declared = new ArrayList<>();
        while (codes.find()) {
            declared.add(Integer.parseInt(codes.group(1)));
        }
        assertThat(declared).containsExactly(0, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 7, 28);
        for (int code : declared.subList(1, declared.size())) {
            assertThat(((ChangeResult.Failed) apply(RELOAD, new CommandResult(code, "", ""))).why())
                    .doesNotContain("it exited");
        }
    }

    @Test
    void theLastLinesOfTheOutputAreShown() throws SshFailure {
        String out =
                IntStream.rangeClosed(1, 20).mapToObj(i -> "out " + i + "\n").collect(Collectors.joining());
        ChangeResult.Failed failed = (ChangeResult.Failed) apply(RELOAD, new CommandResult(1, out, "err 1\nerr 2\n"));
        assertThat(failed.output().lines()).hasSize(12).startsWith("out 11").endsWith("err 1", "err 2");
    }

    @Test
    void aLostConnectionIsThrownAsAFailure() {
        Shell shell = shell(command -> {
            throw new SshFailure(SshFailure.Kind.LOST, "gone");
        });
        assertThatThrownBy(() -> Applier.apply(shell, RELOAD)).isInstanceOf(SshFailure.class);
    }
}
