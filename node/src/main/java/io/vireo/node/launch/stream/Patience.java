package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.launch.FailedException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** How long one step of a command is tried again at other nodes before the command gives up. */
final class Patience {
    private static final long PAUSE_MS = 100;

    /** What else has to be done at a new connection. */
    interface Entry {
        void enter() throws IOException, RequestRefusedException;
    }

    private final IggyClient client;
    private final int seconds;
    private final long startNs = System.nanoTime();

    Patience(final IggyClient client, final int seconds) {
        this.client = client;
        this.seconds = seconds;
    }

    /** Finds a node that lets in, as long as there is time. */
    void reconnect(final IOException lost, final Entry entry) throws InterruptedException {
        while (true) {
            check(lost);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            try {
                client.reconnect();
                entry.enter();
                return;
            } catch (final IOException e) {
                lost.addSuppressed(e);
            } catch (final RequestRefusedException e) {
                if (!e.isOutcomeUnknown()) {
                    throw ClientOption.failure(e);
                }
                lost.addSuppressed(e);
            }
        }
    }

    /** Throws if there is no time left. */
    void check(final Exception cause) {
        if (System.nanoTime() - startNs > seconds * 1_000_000_000L) {
            throw new FailedException("no node did it within " + seconds + " s: " + cause.getMessage(), cause);
        }
    }
}
