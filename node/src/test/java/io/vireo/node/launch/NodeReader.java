package io.vireo.node.launch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.client.ClientContext;
import io.vireo.node.client.ClientReads;
import io.vireo.node.client.ClusterLinks;
import io.vireo.node.client.Outcome;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.MachineStatus;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.partition.BatchFlyweight;
import io.vireo.node.stream.partition.ConsumerKind;
import io.vireo.node.stream.partition.FrameCursor;
import io.vireo.node.stream.partition.PartitionQuery;
import io.vireo.node.transport.ReadyChannel;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads topics from end to end as one replica has them itself, whoever leads: at the replica port, where a question can be put to this replica.
 * What it has to have applied is what the primary has when the topic is asked for. One thread, one read at a time.
 */
final class NodeReader implements AutoCloseable, ClusterLinks.Owner, ClientReads.Port {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int WAIT_MS = 2;
    private static final int METADATA = 0;
    private static final long READER = 1_000_001;
    private static final int PAGE_MESSAGES = 1_000;

    private final int replica;
    private final long clientHi = ThreadLocalRandom.current().nextLong();
    private final Selector selector = Selector.open();
    private final ClusterLinks links;
    private final List<ClientReads> groups;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final BatchFlyweight batch = new BatchFlyweight();
    private final FrameCursor frames = new FrameCursor();

    // The read under way and its answer.
    private int asked;
    private boolean isAnswered;
    private Outcome outcome;
    private int status;
    private long appliedOp;
    private UnsafeBuffer answer = new UnsafeBuffer(0, 0);

    NodeReader(final ClusterConfig cluster, final int replica) throws IOException {
        this.replica = replica;
        final ClientContext context = ClientContext.of(cluster);
        final SeededRandom random = new SeededRandom(clientHi);
        this.links = new ClusterLinks(
                context,
                IntStream.range(0, cluster.replicaCount())
                        .mapToObj(cluster::addresses)
                        .toList(),
                selector,
                random,
                random.nextLong() | 1,
                null,
                null,
                System.nanoTime(),
                ClusterLinks.NO_REPLICA,
                this);
        this.groups = IntStream.range(0, cluster.groupCount())
                .mapToObj(group -> new ClientReads(context, random.nextLong(), clientHi, group, random, this))
                .toList();
    }

    /** The messages of each partition, as {@link SentHistory#text} shows them; offsets are dense. Empty if there is no such topic. */
    List<List<String>> read(final Identifier stream, final Identifier topic) throws IOException {
        final List<List<String>> partitions = new ArrayList<>();
        final Answers.Location whole = locate(stream, topic, TopicQueries.Locate.NO_PARTITION);
        for (int partition = 0; whole != null && partition < whole.partitions(); partition++) {
            partitions.add(read(locate(stream, topic, partition)));
        }
        return partitions;
    }

    /** Null if there is no such topic. */
    private Answers.Location locate(final Identifier stream, final Identifier topic, final int partition)
            throws IOException {
        final TopicQueries.Locate query = new TopicQueries.Locate(TopicQueries.Purpose.POLL, stream, topic, partition);
        ask(
                METADATA,
                MetadataMachine.NAMESPACE,
                ReadFlyweight.LINEARIZABLE,
                ClientReads.ANY_REPLICA,
                query.encode(Actor.SYSTEM));
        if (outcome == Outcome.NOT_APPLIED
                && (status == MachineStatus.ofStream(StreamStatus.STREAM_NOT_FOUND)
                        || status == MachineStatus.ofStream(StreamStatus.TOPIC_NOT_FOUND))) {
            return null;
        }
        assertEquals(Outcome.OK, outcome, () -> query + ": " + status);
        final byte[] found = new byte[answer.capacity()];
        answer.getBytes(0, found);
        return Answers.decode(found, Answers.Location::read);
    }

    private List<String> read(final Answers.Location where) throws IOException {
        final byte[] state = new byte[PartitionQuery.STATE_LENGTH];
        PartitionQuery.putState(new UnsafeBuffer(state), 0, where.incarnation());
        ask(where.group(), where.namespace(), ReadFlyweight.LINEARIZABLE, ClientReads.ANY_REPLICA, state);
        assertEquals(Outcome.OK, outcome, () -> where + ": " + ReplyStatus.text(status));
        final long wantedOp = appliedOp;
        final List<String> all = new ArrayList<>();
        int before;
        do {
            before = all.size();
            readPage(where, wantedOp, all);
        } while (all.size() > before);
        return all;
    }

    private void readPage(final Answers.Location where, final long wantedOp, final List<String> all)
            throws IOException {
        final byte[] query = new byte[PartitionQuery.POLL_LENGTH];
        PartitionQuery.putPoll(
                new UnsafeBuffer(query),
                0,
                where.incarnation(),
                ConsumerKind.CONSUMER,
                READER,
                PartitionQuery.STRATEGY_OFFSET,
                all.size(),
                PAGE_MESSAGES);
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        do {
            assertTrue(
                    System.nanoTime() - deadlineNs < 0,
                    () -> "replica " + replica + " does not apply op " + wantedOp + " of group " + where.group());
            ask(where.group(), where.namespace(), ReadFlyweight.COMMITTED, replica, query);
        } while (outcome == Outcome.UNKNOWN || appliedOp < wantedOp);
        assertEquals(Outcome.OK, outcome, () -> "replica " + replica + ", " + where + ": " + status);
        int at = PartitionQuery.POLL_PREFIX_LENGTH;
        while (at < answer.capacity()) {
            final int length = answer.getInt(at, LITTLE_ENDIAN);
            at += Integer.BYTES;
            batch.wrap(answer, at);
            frames.wrap(answer, at, length);
            while (frames.next()) {
                assertEquals(
                        all.size(),
                        batch.baseOffset() + frames.passed() - 1,
                        () -> "replica " + replica + ", " + where + ": offsets are dense");
                final byte[] payload = new byte[frames.payloadLength()];
                answer.getBytes(frames.payloadOffset(), payload);
                all.add(SentHistory.text(payload));
            }
            assertTrue(frames.isAtEnd(), () -> "replica " + replica + ", " + where + ": a batch is not whole");
            at += length;
        }
    }

    /** Returns when there is an outcome. */
    private void ask(final int group, final long namespace, final int consistency, final int target, final byte[] query)
            throws IOException {
        isAnswered = false;
        asked = group;
        final ClientReads reads = groups.get(group);
        final long begunNs = System.nanoTime();
        reads.submit(namespace, consistency, target, query, begunNs, begunNs + DEADLINE_NS);
        while (!isAnswered) {
            final long nowNs = System.nanoTime();
            links.poll(nowNs);
            reads.poll(nowNs);
            links.flush(nowNs);
            selector.select(key -> ((ReadyChannel) key.attachment()).onReady(key, System.nanoTime()), WAIT_MS);
        }
    }

    @Override
    public void close() throws IOException {
        links.stop(System.nanoTime());
        selector.close();
    }

    // ---- the connections

    @Override
    public void onConnected(final int connected) {
        // What waits is sent when it is due.
    }

    @Override
    public void onDisconnected(final int disconnected, final int group, final long nowNs) {
        groups.get(group).onDisconnected(disconnected, nowNs);
    }

    @Override
    public void onFrame(final UnsafeBuffer buffer, final int offset, final int length, final long nowNs) {
        header.wrap(buffer, offset);
        if (header.command() == Command.READ_REPLY) {
            groups.get(header.group()).onReply(buffer, offset, nowNs);
        } else if (header.command() == Command.CLIENT_VIEW) {
            groups.get(header.group()).onView(header.view(), nowNs);
        }
    }

    // ---- the reads

    @Override
    public boolean send(final int to, final DirectBuffer frame, final int offset, final int length) {
        return links.send(to, asked, frame, offset, length, System.nanoTime());
    }

    @Override
    public void onRead(
            final long readNumber,
            final Outcome readOutcome,
            final int readStatus,
            final long commitMin,
            final DirectBuffer body,
            final int offset,
            final int length) {
        isAnswered = true;
        outcome = readOutcome;
        status = readStatus;
        appliedOp = commitMin;
        final byte[] copy = new byte[length];
        body.getBytes(offset, copy);
        answer = new UnsafeBuffer(copy);
    }
}
