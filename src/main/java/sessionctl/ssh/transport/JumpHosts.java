package sessionctl.ssh.transport;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/**
 * The connections to jump hosts, one each for all droplets behind it, because sshd refuses many logins at once. A
 * thread that needs a connection which is being opened waits for it and shares the result.
 */
final class JumpHosts {
    private final Map<String, CompletableFuture<Connection>> open = new HashMap<>();

    /** A function that logs in to a server. */
    @FunctionalInterface
    interface Opener {
        Connection open(Target target) throws SshFailure;
    }

    /** Returns the connection to a jump host; opens it if there is none that is alive. */
    Connection connectTo(Target hop, Opener opener) throws SshFailure {
        CompletableFuture<Connection> mine = new CompletableFuture<>();
        CompletableFuture<Connection> theirs = claim(hop.path(), mine);
        if (theirs != mine) {
            return await(theirs, hop);
        }
        try {
            Connection opened = opener.open(hop);
            opened.socket().startKeepAlive(opened::sendKeepAlive);
            mine.complete(opened);
            return opened;
        } catch (SshFailure | RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private synchronized CompletableFuture<Connection> claim(String path, CompletableFuture<Connection> mine) {
        CompletableFuture<Connection> there = open.get(path);
        if (there != null
                && (!there.isDone()
                        || (!there.isCompletedExceptionally() && there.join().isAlive()))) {
            return there;
        }
        open.put(path, mine);
        return mine;
    }

    private static Connection await(CompletableFuture<Connection> theirs, Target hop) throws SshFailure {
        try {
            return theirs.get();
        } catch (ExecutionException e) {
            SshFailure failure = SshErrorMessages.find(SshFailure.class, e);
            if (failure == null) {
                throw SshErrorMessages.failure(hop, SshFailure.Kind.LOST, SshErrorMessages.root(e), e);
            }
            // The other thread's message begins with the name of another droplet.
            String said = failure.sentence();
            String sentence = said.substring(Math.max(0, said.indexOf(Target.JUMP_HOST)));
            throw new SshFailure(failure.kind(), hop.droplet() + ": " + sentence, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String sentence = "the connection was closed before the login was complete";
            throw SshErrorMessages.failure(hop, SshFailure.Kind.LOST, sentence, e);
        }
    }
}
