package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.launch.FailedException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * How long one step of a command is tried again at other nodes before the command gives up, from its first failure on; at least one other
 * node is asked.
 */
final class Patience {
    private static final long PAUSE_MS = 100;

    /** What else has to be done at a new connection. */
    interface Entry {
        void enter() throws IOException, RequestRefusedException;
    }

    private final IggyClient client;
    private final int seconds;
    private boolean hasFailed;
    private long firstFailureNs;

    Patience(final IggyClient client, final int seconds) {
        this.client = client;
        this.seconds = seconds;
    }

    /** Finds a node that lets in, as long as there is time. */
    void reconnect(final IOException lost, final Entry entry) throws InterruptedException {
        onFailure();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            try {
                client.reconnect();
                entry.enter();
                return;
            } catch (final IOException e) {
                lost.addSuppressed(e);
            } catch (final RequestRefusedException e) {
                if (!e.isOutcomeUnknown() && !e.isTransient()) {
                    throw ClientOption.failure(e);
                }
                lost.addSuppressed(e);
            }
            check(lost);
        }
    }

    /** After a refusal that may not be one a moment later. */
    void pause(final RequestRefusedException refusal) throws InterruptedException {
        onFailure();
        check(refusal);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }

    private void onFailure() {
        if (!hasFailed) {
            hasFailed = true;
            firstFailureNs = System.nanoTime();
        }
    }

    private void check(final Exception cause) {
        if (System.nanoTime() - firstFailureNs > seconds * 1_000_000_000L) {
            throw new FailedException("no node did it within " + seconds + " s: " + cause.getMessage(), cause);
        }
    }
}
