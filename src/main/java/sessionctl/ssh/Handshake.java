package sessionctl.ssh;

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
import net.schmizz.sshj.userauth.method.AuthMethod;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure.Kind;

/** One attempt to connect and log in, and the story of how it failed. */
final class Handshake {
    private static final int PATIENCE = 3;
    private static final int LONGER_THAN_MOST_PENALTIES = 60;
    private static final int LONGEST_MILLIS = 3_600_000;
    private static final int SSHJ_LATER_MILLIS = 5000;
    private static final String NO_SETTLEMENT = "Unable to reach a settlement of ";

    private final Target target;
    private final HostKeyCheck hostKey;
    private final Duration limit;
    private final Wire wire;
    private final SSHClient client;
    private final List<AuthMethod> attempts = new ArrayList<>();
    private volatile String lastWords = "";
    private boolean loggingIn;

    /**
     * Nothing is connected yet.
     *
     * @param via the jump host that the way leads through; null for a way of its own
     */
    Handshake(HostKeyCheck hostKey, SshOptions options, Config config, @Nullable SSHClient via) throws IOException {
        this.target = hostKey.target();
        this.hostKey = hostKey;
        this.limit = options.connectTimeout();
        Duration patience = options.keepAlive().multipliedBy(PATIENCE);
        this.wire = via == null ? new Wire(limit, patience) : new TunnelWire(limit, patience, via, target);
        this.client = new SSHClient(config);
    }

    Wire wire() {
        return wire;
    }

    /** Connects, checks the host key, logs in; on any exception {@link #explain} knows what it means. */
    SSHClient login(List<LoginKey> keys) throws IOException {
        int millis = (int) Math.min(limit.toMillis(), LONGEST_MILLIS);
        client.setSocketFactory(new WireFactory(wire));
        client.setConnectTimeout(millis);
        // From there on the wire's deadline counts, which sshj's own limits must not outrun.
        client.setTimeout(millis + SSHJ_LATER_MILLIS);
        client.getTransport().setTimeoutMs((int) Math.min(loginMillis(keys), LONGEST_MILLIS) + SSHJ_LATER_MILLIS);
        client.getTransport().setDisconnectListener(this::heardLastWords);
        client.addHostKeyVerifier(hostKey);
        wire.await();
        try {
            connect(keys);
        } finally {
            wire.awaited();
        }
        return client;
    }

    /** The longest that the login may take, with the agent waiting for whoever confirms its keys. */
    private long loginMillis(List<LoginKey> keys) {
        return keys.stream()
                .map(LoginKey::agent)
                .filter(Objects::nonNull)
                .mapToLong(agent -> limit.plus(agent.signLimit()).toMillis())
                .max()
                .orElse(limit.toMillis());
    }

    private void connect(List<LoginKey> keys) throws IOException {
        client.connect(target.host(), target.port());
        loggingIn = true;
        keys.forEach(key -> attempts.add(key.login(wire)));
        client.auth(target.user(), attempts);
        wire.endNever();
    }

    /** Whether the server hung up before it introduced itself, as sshd does for a time for several reasons. */
    boolean turnedAway(Exception e) {
        boolean hungUp =
                wire.reached() && wire.end() == Wire.End.OPEN && Trouble.find(SocketTimeoutException.class, e) == null;
        return hungUp && (wire.head().isEmpty() || begins("Exceeded MaxStartups") || penalty());
    }

    /** Whether sshd itself said that it refuses our address for a time; no packet filter and no other server does. */
    private boolean penalty() {
        return begins("Not allowed at this time");
    }

    /** Whether these are the first words of the server, in any case. */
    private boolean begins(String words) {
        return wire.head().regionMatches(true, 0, words, 0, words.length());
    }

    /** What an exception of {@link #login} means. */
    SshFailure explain(Exception e, List<LoginKey> keys, Supplier<String> aside) {
        SshFailure hostKeyProblem = hostKey.problem();
        if (hostKeyProblem != null) {
            return hostKeyProblem;
        }
        if (wire.end() == Wire.End.CLOSED || interrupted(e)) {
            return Trouble.at(target, Kind.LOST, "the connection was given up before the login was done", e);
        }
        if (!wire.reached()) {
            return Trouble.at(target, Kind.UNREACHABLE, unreached(e), e);
        }
        if (!unsigned(keys).isEmpty()) {
            return Trouble.at(target, Kind.LOGIN, refused(e, keys, aside), e);
        }
        if (wire.end() == Wire.End.TOO_LATE || Trouble.find(SocketTimeoutException.class, e) != null) {
            return Trouble.at(target, Kind.UNREACHABLE, tooLate(), e);
        }
        if (loggingIn) {
            return Trouble.at(target, Kind.LOGIN, refused(e, keys, aside), e);
        }
        return Trouble.at(target, penalty() ? Kind.PENALTY : Kind.UNREACHABLE, hungUp(e), e);
    }

    private boolean interrupted(Exception e) {
        return Trouble.find(InterruptedException.class, e) != null && !wire.givenUp();
    }

    private void heardLastWords(DisconnectReason reason, String message) {
        if (reason != DisconnectReason.UNKNOWN && reason != DisconnectReason.BY_APPLICATION) {
            lastWords = message == null ? "" : message;
        }
    }

    private String unreached(Exception e) {
        String port = target.where();
        OpenFailException closed = Trouble.find(OpenFailException.class, e);
        if (closed != null) {
            return "the jump host before it cannot connect to " + target.host() + ", " + port + " ("
                    + Trouble.quote(String.valueOf(closed.getMessage()))
                    + "); check the address and port, and that its sshd allows AllowTcpForwarding";
        }
        if (Trouble.find(UnknownHostException.class, e) != null) {
            return "the name " + target.host() + " cannot be resolved; check the name of the jump host";
        }
        String check = "; check the address and ssh.port, that the droplet is on, and its firewall";
        if (Trouble.find(NoRouteToHostException.class, e) != null) {
            return "there is no route to it (" + Trouble.root(e) + ", " + port + ")" + check;
        }
        if (Trouble.find(SocketTimeoutException.class, e) != null
                || Trouble.root(e).contains("timed out")) {
            return "no answer on " + port + " within " + Trouble.seconds(limit) + check;
        }
        if (Trouble.find(ConnectException.class, e) != null) {
            return port + " refuses connections; check ssh.port, and that sshd runs there";
        }
        return port + " cannot be reached (" + Trouble.root(e) + ")" + check;
    }

    private String tooLate() {
        String port = target.where();
        String within = " within " + Trouble.seconds(limit);
        String remedy = "; look at sshd's log and the load there, or give it more time with --connect-timeout";
        if (loggingIn) {
            return "the login was not answered" + within + remedy;
        }
        if (wire.speaksSsh()) {
            return "the SSH server on " + port + " did not finish the key exchange" + within + remedy;
        }
        if (wire.head().isEmpty()) {
            return port + " accepts connections, but said nothing" + within + "; check that sshd listens there"
                    + remedy;
        }
        return noSsh();
    }

    private String noSsh() {
        return "what answers on " + target.where() + " does not speak SSH, but says " + Trouble.quote(wire.head())
                + "; check ssh.port";
    }

    private String hungUp(Exception e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith(NO_SETTLEMENT)) {
            return noCommonAlgorithm(message.substring(NO_SETTLEMENT.length()));
        }
        if (penalty()) {
            return "its sshd refuses this machine's address after failed logins (PerSourcePenalties), for more than "
                    + Trouble.seconds(limit) + "; wait with --connect-timeout " + LONGER_THAN_MOST_PENALTIES
                    + ", or add the address to PerSourcePenaltyExemptList there";
        }
        if (turnedAway(e)) {
            return target.where()
                    + " closes connections before it sends a word; too many log in at once (MaxStartups"
                    + " in sshd_config), or this machine's address is banned there (fail2ban, hosts.deny)";
        }
        if (!wire.speaksSsh()) {
            return noSsh();
        }
        return "the connection ended during the key exchange (" + said(e) + "); look at sshd's log there";
    }

    /** From "KeyExchangeAlgorithms: [ours] and [theirs]". */
    private static String noCommonAlgorithm(String settlement) {
        int colon = settlement.indexOf(':');
        int list = settlement.lastIndexOf(" and [");
        String what = colon < 0 ? settlement : settlement.substring(0, colon);
        String theirs = list < 0
                ? settlement
                : settlement.substring(list + " and [".length()).replace("]", "");
        return "its sshd shares none of our " + Trouble.shown(what) + ", it offers only " + Trouble.shown(theirs)
                + "; let its sshd_config allow a common one as well (curve25519-sha256, ssh-ed25519, aes256-gcm@openssh.com,"
                + " hmac-sha2-256)";
    }

    /** The keys that would have done, had the agent signed. */
    private String unsigned(List<LoginKey> keys) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < attempts.size(); i++) {
            String why = attempts.get(i) instanceof SignedLogin signed ? signed.unsigned() : null;
            if (why != null) {
                all.append("; the server takes ")
                        .append(keys.get(i))
                        .append(", but got no signature (")
                        .append(why)
                        .append(")");
            }
        }
        return all.toString();
    }

    private String refused(Exception e, List<LoginKey> keys, Supplier<String> aside) {
        String user = target.user();
        if (client.getUserAuth().hadPartialSuccess()) {
            return "the key of " + user + " is accepted, but the server wants more than a key"
                    + " (AuthenticationMethods in sshd_config); let this user in with a key alone";
        }
        String offered = keys.stream().map(LoginKey::toString).collect(Collectors.joining(", "));
        String unsigned = unsigned(keys);
        String remedy = unsigned.isEmpty()
                ? "add its public half to " + user + "'s ~/.ssh/authorized_keys there, name another key with ssh.key,"
                        + " or load it into an ssh-agent"
                : "look at ssh-add -l, and whether it waits for a touch or a confirmation";
        boolean plain = lastWords.isEmpty() && Trouble.find(UserAuthException.class, e) != null;
        String how = plain || !unsigned.isEmpty() ? "" : " (" + said(e) + ")";
        return "the login of " + user + " was refused" + how + "; offered: " + offered + unsigned + aside.get() + "; "
                + remedy;
    }

    private String said(Exception e) {
        return lastWords.isEmpty() ? Trouble.root(e) : "it said " + Trouble.quote(lastWords);
    }
}
