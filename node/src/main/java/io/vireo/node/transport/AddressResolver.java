package io.vireo.node.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Turns the names of replicas into addresses away from the shard thread, because a name server may take seconds. Numbers are turned at
 * once and need no thread; for the others one daemon thread looks a name up whenever the dialler, which alone calls {@link #address}, asks.
 */
public final class AddressResolver implements AutoCloseable {
    private final HostPort[] targets;
    private final AtomicReferenceArray<InetSocketAddress> resolved;
    private final SpscVarHandleArrayQueue<Integer> questions;
    private final boolean[] isNumber;
    private Thread thread;
    private volatile boolean closed;

    public AddressResolver(final HostPort[] targets) {
        this.targets = targets;
        this.resolved = new AtomicReferenceArray<>(targets.length);
        this.questions = new SpscVarHandleArrayQueue<>(Math.max(4, 2 * targets.length));
        this.isNumber = new boolean[targets.length];
        for (int i = 0; i < targets.length; i++) {
            final String host = targets[i].host();
            isNumber[i] = host.indexOf(':') >= 0 || host.matches("[0-9.]+") || host.equals("localhost");
            if (isNumber[i]) {
                lookUp(i);
            } else if (thread == null) {
                thread = new Thread(this::run, "vireo-resolver");
                thread.setDaemon(true);
            }
        }
        if (thread != null) {
            thread.start();
        }
    }

    /** The address as last looked up, or null if there is none yet; a name is looked up anew for the next call. */
    public InetSocketAddress address(final int target) {
        if (!isNumber[target] && questions.offer(target)) {
            LockSupport.unpark(thread);
        }
        return resolved.get(target);
    }

    private void run() {
        while (!closed) {
            final Integer target = questions.poll();
            if (target == null) {
                LockSupport.park(this);
            } else {
                lookUp(target);
            }
        }
    }

    private void lookUp(final int target) {
        try {
            resolved.set(
                    target,
                    new InetSocketAddress(InetAddress.getByName(targets[target].host()), targets[target].port()));
        } catch (final UnknownHostException e) {
            // Keeps what was known before: a name server that is down must not cut a cluster that is up.
            if (resolved.get(target) == null) {
                resolved.set(
                        target, InetSocketAddress.createUnresolved(targets[target].host(), targets[target].port()));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
