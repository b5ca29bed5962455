package sessionctl.ssh.transport;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    /** The exit status of a shell for a program that it does not find. */
    private static final int NOT_FOUND = 127;

    private static final String MARK = "sessionctl: the input begins";
    private static final String TAKE_AWAY =
            "while IFS= read -r line && [ \"$line\" != \"$0\" ]; do :; done; unset line; exec \"$@\"";

    boolean isUsed() {
        return !target.user().equals("root");
    }

    /** Returns the words that make the rest of a command line run as root, with a space at the end; empty for root. */
    String prefix() {
        if (!isUsed()) {
            return "";
        }
        String words = prompter.sudoPassword() == null
                ? "sudo -n -- "
                : "sudo -k -S -p '' -- " + ShellQuote.join(List.of("sh", "-c", TAKE_AWAY, MARK)) + " ";
        return ShellQuote.join(SessionOutput.BEFORE_SUDO) + " " + words;
    }

    /**
     * Returns the bytes to write before a command's input: the password and the mark, or none. The caller wipes them.
     *
     * @param empty true if the command has no input, and so needs no mark
     */
    byte[] beforeInput(boolean empty) {
        char[] password = !isUsed() ? null : prompter.sudoPassword();
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

    /**
     * Returns the failure for a command that sudo did not run. sudo exits with 1 for every reason of its own, so the
     * remedies fit all of them, and its words are quoted.
     */
    SshFailure describeRefusal(int exit, String stderr, String stdout) {
        String user = target.user();
        String last = (stderr.isBlank() ? stdout : stderr)
                .lines()
                .filter(line -> !line.isBlank())
                .reduce("", (before, line) -> line);
        String what;
        String remedy;
        if (exit == NOT_FOUND) {
            what = "sudo is not installed, so " + user + " cannot act as root";
            remedy = "log in as root (ssh.user)";
        } else if (prompter.sudoPassword() == null) {
            what = user + " may not use sudo without a password or a terminal";
            remedy = "give --ask-sudo-password, log in as root (ssh.user), or add with visudo: " + user
                    + " ALL=(ALL) NOPASSWD: ALL and Defaults !requiretty";
        } else {
            what = "sudo refuses the password of " + user + ", or all that " + user + " may do there";
            remedy = "run sudo -k true there and do what it says; if that works, add with visudo: Defaults"
                    + " !requiretty";
        }
        return SshErrorMessages.failure(
                target,
                SshFailure.Kind.PRIVILEGE,
                what + " (exit " + exit + ", its message: " + SshErrorMessages.quote(last) + "); " + remedy);
    }
}
