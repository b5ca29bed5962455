package sessionctl.ssh.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.userauth.UserAuthException;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.auth.AuthKey;
import sessionctl.ssh.auth.KeyOffer;
import sessionctl.ssh.auth.RawPublicKeyAuth;
import sessionctl.ssh.hostkey.HostKeyCheck;
import sessionctl.ssh.net.DeadlineSocket;
import sessionctl.ssh.net.DeadlineSocketFactory;
import sessionctl.ssh.net.JumpSocket;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/** One attempt to connect and log in, and the explanation of its failure. */
final class LoginAttempt {
    private static final int PATIENCE = 3;
    private static final int LONGER_THAN_MOST_PENALTIES = 60;
    private static final int LONGEST_MILLIS = 3_600_000;
    private static final int SSHJ_LATER_MILLIS = 5000;
    private static final String NO_SETTLEMENT = "Unable to reach a settlement of ";

    private final Target target;
    private final HostKeyCheck hostKey;
    private final Duration limit;
    private final DeadlineSocket socket;
    private final SSHClient client;
    private final List<KeyOffer> attempts = new ArrayList<>();
    private volatile String disconnectMessage = "";
    private volatile String transportError = "";
    private boolean loggingIn;

    /**
     * Prepares an attempt without connecting.
     *
     * @param via the jump host to connect through; null for a direct connection
     * @throws IOException if the system provides no socket
     */
    LoginAttempt(HostKeyCheck hostKey, SshOptions options, Config config, @Nullable SSHClient via) throws IOException {
        this.target = hostKey.target();
        this.hostKey = hostKey;
        this.limit = options.connectTimeout();
        Duration patience = options.keepAlive().multipliedBy(PATIENCE);
        this.socket = via == null ? new DeadlineSocket(limit, patience) : new JumpSocket(limit, patience, via, target);
        this.client = new SSHClient(config);
    }

    DeadlineSocket wire() {
        return socket;
    }

    /** Connects, checks the host key and logs in. {@link #explain} translates any exception of it. */
    SSHClient login(List<AuthKey> keys) throws IOException {
        int millis = (int) Math.min(limit.toMillis(), LONGEST_MILLIS);
        client.setSocketFactory(new DeadlineSocketFactory(socket));
        client.setConnectTimeout(millis);
        // From here on the socket's deadline counts: sshj's own limits must not expire before it.
        client.setTimeout(millis + SSHJ_LATER_MILLIS);
        client.getTransport().setTimeoutMs((int) Math.min(loginMillis(keys), LONGEST_MILLIS) + SSHJ_LATER_MILLIS);
        client.getTransport().setDisconnectListener(this::recordDisconnect);
        client.addHostKeyVerifier(hostKey);
        socket.beginWait();
        try {
            connect(keys);
        } finally {
            socket.endWait();
        }
        return client;
    }

    /**
     * Returns the longest duration of the login in milliseconds, including the time to confirm a signature of an agent.
     */
    private long loginMillis(List<AuthKey> keys) {
        return keys.stream()
                .map(AuthKey::agent)
                .filter(Objects::nonNull)
                .mapToLong(agent -> limit.plus(agent.signLimit()).toMillis())
                .max()
                .orElse(limit.toMillis());
    }

    private void connect(List<AuthKey> keys) throws IOException {
        client.connect(target.host(), target.port());
        loggingIn = true;
        String server = client.getTransport().getServerVersion();
        keys.forEach(key -> attempts.add(key.login(socket, server)));
        client.auth(target.user(), List.copyOf(attempts));
        socket.endNever();
    }

    /**
     * Returns true if the server closed the connection before it sent an SSH identification. sshd does so temporarily
     * for several reasons.
     */
    boolean closedBeforeGreeting(Exception e) {
        boolean hungUp = socket.isEstablished()
                && socket.end() == DeadlineSocket.End.OPEN
                && SshErrorMessages.find(SocketTimeoutException.class, e) == null;
        return hungUp && (socket.head().isEmpty() || begins("Exceeded MaxStartups") || penalty());
    }

    /**
     * Returns true if sshd itself reports that it refuses this address for a time (PerSourcePenalties). No packet
     * filter and no other server sends this text.
     */
    private boolean penalty() {
        return begins("Not allowed at this time");
    }

    /** Returns true if the server's first bytes are this text, in upper or lower case. */
    private boolean begins(String words) {
        return socket.head().regionMatches(true, 0, words, 0, words.length());
    }

    /**
     * Translates an exception of {@link #login} into a failure with a sentence.
     *
     * @param notOffered returns the end of the message on keys that were not offered
     */
    SshFailure explain(Exception e, List<AuthKey> keys, Supplier<String> notOffered) {
        SshFailure hostKeyProblem = hostKey.problem();
        if (hostKeyProblem != null) {
            return hostKeyProblem;
        }
        if (socket.end() == DeadlineSocket.End.CLOSED || interrupted(e)) {
            return SshErrorMessages.failure(
                    target, Kind.LOST, "the connection was closed before the login was complete", e);
        }
        if (!socket.isEstablished()) {
            return SshErrorMessages.failure(target, Kind.UNREACHABLE, describeUnreached(e), e);
        }
        if (!describeUnsigned(keys).isEmpty()) {
            return SshErrorMessages.failure(target, Kind.LOGIN, describeRefusal(e, keys, notOffered), e);
        }
        if (socket.end() == DeadlineSocket.End.TOO_LATE
                || SshErrorMessages.find(SocketTimeoutException.class, e) != null) {
            return SshErrorMessages.failure(target, Kind.UNREACHABLE, describeTimeout(), e);
        }
        if (loggingIn) {
            return SshErrorMessages.failure(target, Kind.LOGIN, describeRefusal(e, keys, notOffered), e);
        }
        return SshErrorMessages.failure(target, penalty() ? Kind.PENALTY : Kind.UNREACHABLE, describeClosed(e), e);
    }

    private boolean interrupted(Exception e) {
        return SshErrorMessages.find(InterruptedException.class, e) != null && !socket.waiterInterrupted();
    }

    /**
     * Records why the connection ended. sshj's reader thread ends the connection on its own, and the thread that logs in
     * then gets either this cause or only "Not connected", depending on which of the two is faster.
     */
    private void recordDisconnect(DisconnectReason reason, String message) {
        if (reason != DisconnectReason.UNKNOWN && reason != DisconnectReason.BY_APPLICATION) {
            disconnectMessage = message == null ? "" : message;
        } else if (transportError.isEmpty()) {
            transportError = message == null ? "" : message;
        }
    }

    private String describeUnreached(Exception e) {
        String port = target.describePort();
        OpenFailException closed = SshErrorMessages.find(OpenFailException.class, e);
        if (closed != null) {
            return "its jump host cannot connect to " + target.host() + ", " + port + " ("
                    + SshErrorMessages.quote(String.valueOf(closed.getMessage()))
                    + "); check the address and port, and that its sshd allows AllowTcpForwarding";
        }
        if (SshErrorMessages.find(UnknownHostException.class, e) != null) {
            return "the name " + target.host() + " cannot be resolved; check the name of the jump host";
        }
        String check = "; check the address and ssh.port, that the droplet is on, and its firewall";
        if (SshErrorMessages.find(NoRouteToHostException.class, e) != null) {
            return "there is no route to it (" + SshErrorMessages.root(e) + ", " + port + ")" + check;
        }
        if (SshErrorMessages.find(SocketTimeoutException.class, e) != null
                || SshErrorMessages.root(e).contains("timed out")) {
            return "no answer on " + port + " within " + SshErrorMessages.seconds(limit) + check;
        }
        if (SshErrorMessages.find(ConnectException.class, e) != null) {
            return port + " refuses connections; check ssh.port, and that sshd runs there";
        }
        return port + " cannot be reached (" + SshErrorMessages.root(e) + ")" + check;
    }

    private String describeTimeout() {
        String port = target.describePort();
        String within = " within " + SshErrorMessages.seconds(limit);
        String remedy = "; check sshd's log and the load there, or allow more time with --connect-timeout";
        if (loggingIn) {
            return "the server did not answer the login" + within + remedy;
        }
        if (socket.speaksSsh()) {
            return "the SSH server on " + port + " did not finish the key exchange" + within + remedy;
        }
        if (socket.head().isEmpty()) {
            return port + " accepts connections, but sent nothing" + within + "; check that sshd listens there"
                    + remedy;
        }
        return describeNoSsh();
    }

    private String describeNoSsh() {
        return "the server on " + target.describePort() + " does not speak SSH, but sent "
                + SshErrorMessages.quote(socket.head()) + "; check ssh.port";
    }

    private String describeClosed(Exception e) {
        String message = transportError.isEmpty() ? String.valueOf(e.getMessage()) : transportError;
        if (message.startsWith(NO_SETTLEMENT)) {
            return describeNoCommonAlgorithm(message.substring(NO_SETTLEMENT.length()));
        }
        if (penalty()) {
            return "its sshd refuses this machine's address after failed logins (PerSourcePenalties), for more than "
                    + SshErrorMessages.seconds(limit) + "; wait with --connect-timeout " + LONGER_THAN_MOST_PENALTIES
                    + ", or add the address to PerSourcePenaltyExemptList there";
        }
        if (closedBeforeGreeting(e)) {
            return target.describePort()
                    + " closes connections without sending anything; there are too many logins at once (MaxStartups"
                    + " in sshd_config), or this machine's address is banned there (fail2ban, hosts.deny)";
        }
        if (!socket.speaksSsh()) {
            return describeNoSsh();
        }
        return "the connection ended during the key exchange (" + describe(e) + "); check sshd's log there";
    }

    /** Parses sshj's "KeyExchangeAlgorithms: [ours] and [theirs]". */
    private static String describeNoCommonAlgorithm(String settlement) {
        int colon = settlement.indexOf(':');
        int list = settlement.lastIndexOf(" and [");
        String what = colon < 0 ? settlement : settlement.substring(0, colon);
        String theirs = list < 0
                ? settlement
                : settlement.substring(list + " and [".length()).replace("]", "");
        return "its sshd supports none of sessionctl's " + SshErrorMessages.shown(what) + "; it offers only "
                + SshErrorMessages.shown(theirs)
                + ", so allow a common one in its sshd_config (curve25519-sha256, ssh-ed25519,"
                + " aes256-gcm@openssh.com, hmac-sha2-256)";
    }

    /** Returns a part of a sentence for each key that the server accepts but that the agent did not sign with. */
    private String describeUnsigned(List<AuthKey> keys) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < attempts.size(); i++) {
            String why = attempts.get(i) instanceof RawPublicKeyAuth signed ? signed.unsigned() : null;
            if (why != null) {
                all.append("; the server accepts ")
                        .append(keys.get(i))
                        .append(", but the agent did not sign (")
                        .append(why)
                        .append(")");
            }
        }
        return all.toString();
    }

    private String describeRefusal(Exception e, List<AuthKey> keys, Supplier<String> notOffered) {
        String user = target.user();
        if (client.getUserAuth().hadPartialSuccess()) {
            return "the key of " + user + " is accepted, but the server requires more than a key"
                    + " (AuthenticationMethods in sshd_config); allow this user to log in with a key alone";
        }
        String banner = describeBanner();
        String unsigned = describeUnsigned(keys);
        if (unsigned.isEmpty() && attempts.stream().anyMatch(KeyOffer::isAccepted)) {
            return "the server accepts the key of " + user + ", but refuses the login"
                    + (banner.isEmpty() ? " (" + describe(e) + ")" : banner)
                    + "; look there at sshd's log, ls /run/nologin, and chage -l " + user;
        }
        String offered = keys.stream().map(AuthKey::toString).collect(Collectors.joining(", "));
        String remedy = unsigned.isEmpty()
                ? "add its public key to " + user + "'s ~/.ssh/authorized_keys there, name another key with ssh.key,"
                        + " or load it into an ssh-agent"
                : "check ssh-add -l, and whether the key waits for a touch or a confirmation";
        boolean plain = disconnectMessage.isEmpty() && SshErrorMessages.find(UserAuthException.class, e) != null;
        String how = plain || !unsigned.isEmpty() ? "" : " (" + describe(e) + ")";
        return "the login of " + user + " was refused" + how + banner + "; offered: " + offered + unsigned
                + notOffered.get() + "; " + remedy;
    }

    /** Returns the server's banner, which PAM uses to give its reason; empty if there is none. */
    private String describeBanner() {
        String banner = SshErrorMessages.firstWords(UnansweredSession.banner(client));
        return banner.isEmpty() ? "" : " (its banner: " + SshErrorMessages.quote(banner) + ")";
    }

    private String describe(Exception e) {
        if (!disconnectMessage.isEmpty()) {
            return "it sent " + SshErrorMessages.quote(disconnectMessage);
        }
        return transportError.isEmpty() ? SshErrorMessages.root(e) : SshErrorMessages.shown(transportError);
    }
}
