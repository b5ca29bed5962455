package sessionctl.ssh;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The connections to jump hosts, one each for all droplets behind it: a jump host turns away whoever comes with many
 * logins at once. Those who want one that is being opened wait for it and share what comes of it.
 */
final class JumpHosts {
    private final Map<String, CompletableFuture<Connection>> open = new HashMap<>();

    /** Logs in to a server. */
    @FunctionalInterface
    interface Opener {
        Connection open(Target target) throws SshFailure;
    }

    /** The connection to a jump host, opened if need be. */
    Connection to(Target hop, Opener opener) throws SshFailure {
        CompletableFuture<Connection> mine = new CompletableFuture<>();
        CompletableFuture<Connection> theirs = claim(hop.path(), mine);
        if (theirs != mine) {
            return await(theirs, hop);
        }
        try {
            Connection opened = opener.open(hop);
            opened.wire().listenFor(opened::askForSignOfLife);
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
                        || (!there.isCompletedExceptionally() && there.join().alive()))) {
            return there;
        }
        open.put(path, mine);
        return mine;
    }

    private static Connection await(CompletableFuture<Connection> theirs, Target hop) throws SshFailure {
        try {
            return theirs.get();
        } catch (ExecutionException e) {
            SshFailure failure = Trouble.find(SshFailure.class, e);
            if (failure == null) {
                throw Trouble.at(hop, SshFailure.Kind.LOST, Trouble.root(e), e);
            }
            // Theirs begins with another droplet's name.
            String said = failure.sentence();
            String sentence = said.substring(Math.max(0, said.indexOf(Target.JUMP_HOST)));
            throw Trouble.at(hop.droplet(), failure.kind(), sentence, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String sentence = "the connection was given up before the login was done";
            throw Trouble.at(hop, SshFailure.Kind.LOST, sentence, e);
        }
    }
}
