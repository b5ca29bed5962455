package sessionctl.ssh.transport;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import sessionctl.command.CommandResult;
import sessionctl.command.ShellQuote;
import sessionctl.ssh.Prompter;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/**
 * The sudo prefix and password for a login other than root. The password goes to sudo's standard input, before the
 * command's own input: it is in no process list and no environment of the droplet. If sudo does not ask for it
 * (NOPASSWD), it must not become input of the command: a shell removes every line up to the mark.
 */
record Sudo(Target target, Prompter prompter) {
    private static final String MARK = "sessionctl: the input begins";
    private static final String TAKE_AWAY =
            "while IFS= read -r line && [ \"$line\" != \"$0\" ]; do :; done; unset line; exec \"$@\"";

    /** Returns the words that make the rest of a command line run as root, with a space at the end; empty for root. */
    String prefix() {
        if (target.user().equals("root")) {
            return "";
        }
        return prompter.sudoPassword() == null
                ? "sudo -n -- "
                : "sudo -k -S -p '' -- " + ShellQuote.join(List.of("sh", "-c", TAKE_AWAY, MARK)) + " ";
    }

    /**
     * Returns the bytes to write before a command's input: the password and the mark, or none. The caller wipes them.
     *
     * @param empty true if the command has no input, and so needs no mark
     */
    byte[] beforeInput(boolean empty) {
        char[] password = target.user().equals("root") ? null : prompter.sudoPassword();
        if (password == null) {
            return new byte[0];
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] mark = (empty ? "\n" : "\n" + MARK + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[encoded.remaining() + mark.length];
        encoded.get(whole, 0, encoded.remaining());
        System.arraycopy(mark, 0, whole, whole.length - mark.length, mark.length);
        encoded.clear();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        return whole;
    }

    /** Returns the failure for a command that ran as root but did not get its input. */
    SshFailure describeSwallowedInput() {
        return SshErrorMessages.failure(
                target,
                SshFailure.Kind.PRIVILEGE,
                "its sudo drops the input of commands, as sudo-rs before 0.2.7 does; upgrade sudo-rs, or run there:"
                        + " update-alternatives --set sudo /usr/bin/sudo.ws. Nothing was changed");
    }

    /** Returns the failure for a harmless command that sudo did not run, with the remedy. */
    SshFailure describeRefusal(CommandResult result) {
        String user = target.user();
        String said = result.stderr().isBlank() ? result.stdout() : result.stderr();
        String last = said.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
        String what;
        String remedy;
        if (result.exit() == 127) {
            what = "sudo is not installed, so " + user + " cannot act as root";
            remedy = "; log in as root (ssh.user)";
        } else if (prompter.sudoPassword() == null) {
            what = user + " may not use sudo without a password";
            remedy = "; give the password with --ask-sudo-password, log in as root (ssh.user), or with visudo -f"
                    + " /etc/sudoers.d/sessionctl add there: " + user + " ALL=(ALL) NOPASSWD: ALL";
        } else {
            what = "the sudo password of " + user + " is wrong there, or " + user + " may not use sudo";
            remedy = "; try it on the droplet with sudo -k true; nothing was changed";
        }
        return SshErrorMessages.failure(
                target,
                SshFailure.Kind.PRIVILEGE,
                what + " (exit " + result.exit() + ", its message: " + SshErrorMessages.quote(last) + ")" + remedy);
    }
}
