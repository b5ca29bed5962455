package sessionctl.ssh;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import sessionctl.command.CommandResult;
import sessionctl.command.ShellQuote;

/**
 * How a login that is not root's runs commands as root. A password goes to sudo's standard input, in front of the command's
 * own: it is in no process list and in no environment of the droplet. Where sudo does not ask for it after all (NOPASSWD),
 * it must not become the command's input: so a shell takes away whatever stands before the mark.
 */
record Sudo(Target target, Operator operator) {
    private static final String MARK = "sessionctl: the input begins";
    private static final String TAKE_AWAY =
            "while IFS= read -r line && [ \"$line\" != \"$0\" ]; do :; done; unset line; exec \"$@\"";

    /** What makes the rest of a line run as root. */
    String prefix() {
        if (target.user().equals("root")) {
            return "";
        }
        return operator.sudoPassword() == null
                ? "sudo -n -- "
                : "sudo -k -S -p '' -- " + ShellQuote.join(List.of("sh", "-c", TAKE_AWAY, MARK)) + " ";
    }

    /** What goes in front of a command's input; the caller wipes it. */
    byte[] beforeInput(boolean empty) {
        char[] password = target.user().equals("root") ? null : operator.sudoPassword();
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

    /** A command ran as root, but what was sent to it did not arrive. */
    SshFailure swallowed() {
        return Trouble.at(
                target,
                SshFailure.Kind.PRIVILEGE,
                "its sudo swallows the input of commands, as sudo-rs before 0.2.7 does; upgrade sudo-rs, or run there:"
                        + " update-alternatives --set sudo /usr/bin/sudo.ws. Nothing was changed");
    }

    /** Why a harmless command did not run, and what to do. */
    SshFailure refused(CommandResult result) {
        String user = target.user();
        String said = result.stderr().isBlank() ? result.stdout() : result.stderr();
        String last = said.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
        String what;
        String remedy;
        if (result.exit() == 127) {
            what = "sudo is not installed, so " + user + " cannot act as root";
            remedy = "; log in as root (ssh.user)";
        } else if (operator.sudoPassword() == null) {
            what = user + " may not use sudo without a password";
            remedy = "; give the password with --ask-sudo-password, log in as root (ssh.user), or with visudo -f"
                    + " /etc/sudoers.d/sessionctl add there: " + user + " ALL=(ALL) NOPASSWD: ALL";
        } else {
            what = "the sudo password of " + user + " is wrong there, or " + user + " may not use sudo";
            remedy = "; try it on the droplet with sudo -k true; nothing was changed";
        }
        return Trouble.at(
                target,
                SshFailure.Kind.PRIVILEGE,
                what + " (exit " + result.exit() + ", it said " + Trouble.quote(last) + ")" + remedy);
    }
}
