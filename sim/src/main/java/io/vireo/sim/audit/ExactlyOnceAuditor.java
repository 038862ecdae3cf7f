package io.vireo.sim.audit;

import java.util.Arrays;
import org.agrona.collections.Object2LongHashMap;

/**
 * A4: each client's requests are executed once, in their order, with one reply. Fed by the state machines themselves: the first replica
 * that executes something makes it canonical, every other (and the same one after a restart) must execute the same sequence.
 */
public final class ExactlyOnceAuditor extends Auditor {
    private static final long NEVER = -1;
    private static final int UNKNOWN = -1;

    private static final class Executed {
        long[] op = new long[1024];
        long[] client = new long[1024];
        long[] number = new long[1024];
        long[] offset = new long[1024];
        int[] namespace = new int[1024];
        int size;

        void add(
                final long newOp,
                final long newClient,
                final long newNumber,
                final int newNamespace,
                final long newOffset) {
            if (size == op.length) {
                op = Arrays.copyOf(op, 2 * size);
                client = Arrays.copyOf(client, 2 * size);
                number = Arrays.copyOf(number, 2 * size);
                offset = Arrays.copyOf(offset, 2 * size);
                namespace = Arrays.copyOf(namespace, 2 * size);
            }
            op[size] = newOp;
            client[size] = newClient;
            number[size] = newNumber;
            namespace[size] = newNamespace;
            offset[size] = newOffset;
            size++;
        }
    }

    private final Executed[] executed;
    private final int[][] cursor;
    private final Object2LongHashMap<Long> lastNumber = new Object2LongHashMap<>(NEVER);
    private final long[][] clientOfEntry;
    private final long[][] numberOfEntry;
    private final int[] ends;
    private long replies;

    public ExactlyOnceAuditor(final AuditLog log, final int replicas, final int groups, final int namespaces) {
        super("A4", log);
        executed = new Executed[groups];
        Arrays.setAll(executed, group -> new Executed());
        cursor = new int[replicas][groups];
        clientOfEntry = new long[namespaces][1024];
        numberOfEntry = new long[namespaces][1024];
        ends = new int[namespaces];
    }

    /** A state machine begins, from nothing or from a snapshot: what it executes first says where. */
    public void onOpened(final int replica, final int group) {
        cursor[replica][group] = UNKNOWN;
    }

    private static int firstOf(final Executed all, final long op) {
        int low = 0;
        int high = all.size;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (all.op[middle] < op) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A state machine executes an append of a client's number. */
    public void onExecuted(
            final int replica,
            final int group,
            final long op,
            final int namespace,
            final long client,
            final long number,
            final long offset) {
        final Executed all = executed[group];
        if (cursor[replica][group] == UNKNOWN) {
            cursor[replica][group] = firstOf(all, op);
        }
        final int at = cursor[replica][group]++;
        if (at < all.size) {
            final boolean isSame = all.op[at] == op
                    && all.client[at] == client
                    && all.number[at] == number
                    && all.namespace[at] == namespace
                    && all.offset[at] == offset;
            check(
                    isSame,
                    "all replicas execute the same requests",
                    replica,
                    group,
                    -1,
                    op,
                    "request, canonical",
                    number,
                    all.number[at]);
            return;
        }
        final long last = lastNumber.getValue(client);
        checkNumbers(
                number == (last == NEVER ? 1 : last + 1),
                "the requests of a session are executed once and in their order",
                replica,
                group,
                -1,
                op,
                "executed after",
                number,
                last);
        lastNumber.put((Long) client, number);
        checkNumbers(
                offset == ends[namespace],
                "offsets are dense",
                replica,
                group,
                -1,
                op,
                "offset, expected",
                offset,
                ends[namespace]);
        all.add(op, client, number, namespace, offset);
        if (ends[namespace] == clientOfEntry[namespace].length) {
            clientOfEntry[namespace] = Arrays.copyOf(clientOfEntry[namespace], 2 * ends[namespace]);
            numberOfEntry[namespace] = Arrays.copyOf(numberOfEntry[namespace], 2 * ends[namespace]);
        }
        clientOfEntry[namespace][ends[namespace]] = client;
        numberOfEntry[namespace][ends[namespace]] = number;
        ends[namespace]++;
    }

    /** A client was told the offset of one of its requests. */
    public void onReply(
            final int namespace,
            final int group,
            final long op,
            final long client,
            final long number,
            final long offset) {
        replies++;
        final boolean isThere = offset >= 0
                && offset < ends[namespace]
                && clientOfEntry[namespace][(int) offset] == client
                && numberOfEntry[namespace][(int) offset] == number;
        checkNumbers(
                isThere,
                "a reply names the place of the client's own request",
                -1,
                group,
                -1,
                op,
                "request, offset",
                number,
                offset);
    }

    /** Highest number of a client that was executed, -1 if none was. */
    public long lastExecuted(final long client) {
        return lastNumber.getValue(client);
    }

    /** Entries of a namespace so far. */
    public int end(final int namespace) {
        return ends[namespace];
    }

    /** Client of an entry. */
    public long client(final int namespace, final int offset) {
        return clientOfEntry[namespace][offset];
    }

    /** Request number of an entry. */
    public long number(final int namespace, final int offset) {
        return numberOfEntry[namespace][offset];
    }

    /** Replies looked at. */
    public long replies() {
        return replies;
    }
}
