package io.vireo.sim.stream;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.client.Outcome;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.sim.cluster.StreamStatistics;
import io.vireo.sim.random.Draws;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One client of streams: connects to a shard of any node, logs in, has a few requests under way at a time, and goes to another node when its
 * connection breaks or is refused. What was under way then has no outcome that it could know. When all is healed it does what a user would
 * to see whether the cluster is well, again and again until it is.
 */
final class IggyClient implements SimSocket.Owner {
    private enum Stage {
        AWAY,
        CONNECTING,
        LOGGING_IN,
        READY,
        DEAD
    }

    private static final int HEADER_LENGTH = 8;
    private static final long RETRY_MEAN_NS = 100_000_000L;

    private final int index;
    private final IggyClients owner;
    private final StreamWorld world;
    private final Draws draws;
    private final Draws work;
    private final StreamWorkload workload;
    private final long thinkMeanNs;
    /** Of a stream and a topic that nobody removes. */
    private final int lastStream;

    private final int lastTopic;
    private final ArrayDeque<IggyCall> underWay = new ArrayDeque<>();
    private final UnsafeBuffer lent = new UnsafeBuffer(0, 0);
    private int[] nodes;
    private int node;
    private int quota;
    private boolean isFinishing;
    private boolean isThinking;
    private Stage stage = Stage.AWAY;
    private SimSocket socket;
    private byte[] received = new byte[0];

    IggyClient(
            final int index,
            final IggyClients owner,
            final StreamWorld world,
            final Draws draws,
            final Draws work,
            final int quota) {
        this.index = index;
        this.owner = owner;
        this.world = world;
        this.draws = draws;
        this.work = work;
        this.quota = quota;
        this.workload = new StreamWorkload(
                index,
                world.audits(),
                world.options(),
                world.cluster().payloadMax(),
                world.config().segmentBytes(),
                work);
        thinkMeanNs = work.chance(1, 2) ? 0 : work.logUniform(100_000L, 50_000_000L);
        lastStream = world.options().streams();
        lastTopic = world.options().topics();
        nodes = IntStream.range(0, world.cluster().replicas()).toArray();
    }

    boolean isDead() {
        return stage == Stage.DEAD;
    }

    boolean isIdle() {
        return quota == 0 && underWay.isEmpty() && !isFinishing;
    }

    void start() {
        node = draws.nextInt(nodes.length);
        connect();
    }

    /** Ends for good; returns how many requests will never have an outcome. */
    int die() {
        final int left = quota + underWay.size();
        quota = 0;
        underWay.clear();
        isFinishing = false;
        stage = Stage.DEAD;
        if (socket != null) {
            socket.close();
        }
        return left;
    }

    /** Nobody but these will answer. */
    void onHeal(final int[] core) {
        final int present = nodes[node];
        nodes = core.clone();
        node = Math.max(0, Arrays.binarySearch(core, present));
        if (nodes[node] != present && !isDead()) {
            socket.close();
            onBroken(socket);
        }
    }

    /** Does nothing of its plan any more, but sees whether the cluster is well. */
    void finish(final int requests) {
        if (isDead()) {
            return;
        }
        quota = 0;
        isFinishing = requests > 0;
        submit();
    }

    private void connect() {
        if (stage == Stage.DEAD) {
            return;
        }
        stage = Stage.CONNECTING;
        received = new byte[0];
        socket = new SimSocket(
                owner.cluster().queue(), draws, this, world.cluster().network());
        final int replica = nodes[node];
        final int door = draws.nextInt(world.config().groupCount());
        socket.connect(() -> world.door(replica, door));
    }

    private void connectLater() {
        stage = Stage.AWAY;
        node = (node + 1) % nodes.length;
        owner.cluster().queue().after(1 + draws.exponential(RETRY_MEAN_NS), () -> {
            if (stage == Stage.AWAY) {
                connect();
            }
        });
    }

    @Override
    public void onConnected(final SimSocket by) {
        if (by == socket && stage == Stage.CONNECTING) {
            statistics().connections++;
            stage = Stage.LOGGING_IN;
            workload.onConnected();
            send(new IggyCall(
                    CommandCode.LOGIN_USER,
                    IggyFrames.login(
                            StreamWorld.ROOT.name(), StreamWorld.ROOT.password().value()),
                    (sent, status, payload, length) -> onLogin(status)));
        }
    }

    private void onLogin(final int status) {
        if (status == 0) {
            stage = Stage.READY;
        } else {
            leave();
        }
    }

    /** Goes to another node. */
    private void leave() {
        socket.close();
        onBroken(socket);
    }

    @Override
    public void onRefused(final SimSocket by) {
        if (by == socket && stage == Stage.CONNECTING) {
            statistics().connectionsRefused++;
            connectLater();
        }
    }

    @Override
    public void onBroken(final SimSocket by) {
        if (by != socket || stage == Stage.DEAD || stage == Stage.AWAY) {
            return;
        }
        statistics().connectionsBroken++;
        while (!underWay.isEmpty()) {
            final IggyCall lost = underWay.remove();
            if (lost.code() != CommandCode.LOGIN_USER && !isFinishing) {
                owner.onOutcome(index, Outcome.UNKNOWN, -1, 0);
            }
        }
        connectLater();
    }

    @Override
    public void onReceived(final SimSocket by, final byte[] bytes) {
        if (by != socket || stage == Stage.DEAD) {
            return;
        }
        final int before = received.length;
        received = Arrays.copyOf(received, before + bytes.length);
        System.arraycopy(bytes, 0, received, before, bytes.length);
        int at = 0;
        while (by == socket && stage != Stage.AWAY && received.length - at >= HEADER_LENGTH) {
            lent.wrap(received);
            final int status = lent.getInt(at, LITTLE_ENDIAN);
            final int length = lent.getInt(at + Integer.BYTES, LITTLE_ENDIAN);
            if (received.length - at - HEADER_LENGTH < length) {
                break;
            }
            final UnsafeBuffer payload = new UnsafeBuffer(received, at + HEADER_LENGTH, length);
            at += HEADER_LENGTH + length;
            onAnswer(status, payload, length);
        }
        if (by == socket && stage != Stage.AWAY) {
            received = Arrays.copyOfRange(received, at, received.length);
            submit();
        }
    }

    private void onAnswer(final int status, final UnsafeBuffer payload, final int length) {
        if (underWay.isEmpty()) {
            world.audits().frames.onSurplus(index, status);
            return;
        }
        final IggyCall call = underWay.remove();
        call.onAnswer(status, payload, length);
        if (call.code() == CommandCode.LOGIN_USER) {
            return;
        }
        final boolean isUnknown = status == IggyError.TASK_TIMEOUT.code();
        statistics().answersOk += status == 0 ? 1 : 0;
        statistics().answersUnknown += isUnknown ? 1 : 0;
        statistics().answersRefused += status != 0 && !isUnknown ? 1 : 0;
        if (!isFinishing) {
            owner.onOutcome(
                    index,
                    status == 0 ? Outcome.OK : isUnknown ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                    status,
                    length);
        } else if (isUnknown && stage == Stage.READY) {
            // What stands before its last requests is none of them, but this node does not reach a primary: a link may
            // stay one-way.
            leave();
        }
    }

    private void submit() {
        if (stage != Stage.READY) {
            return;
        }
        if (isFinishing) {
            if (underWay.isEmpty()) {
                beginLast();
            }
            return;
        }
        while (stage == Stage.READY
                && quota > 0
                && underWay.size() < world.cluster().inFlight()
                && !isThinking) {
            quota--;
            send(workload.next());
            if (thinkMeanNs > 0) {
                think();
            }
        }
    }

    private void send(final IggyCall call) {
        underWay.add(call);
        socket.send(
                call.send(owner.cluster().queue().executed()), owner.cluster().isStorm());
    }

    private void think() {
        isThinking = true;
        owner.cluster().queue().after(work.exponential(thinkMeanNs), () -> {
            isThinking = false;
            submit();
        });
    }

    // ---- is the cluster well? ----

    private void beginLast() {
        step(workload.createStream(lastStream), afterStream -> {
            if (isThere(afterStream, IggyError.STREAM_NAME_ALREADY_EXISTS)) {
                step(workload.createTopic(lastStream, lastTopic, world.options().partitionsMax()), afterTopic -> {
                    if (isThere(afterTopic, IggyError.TOPIC_NAME_ALREADY_EXISTS)) {
                        sendLast();
                    } else {
                        again();
                    }
                });
            } else {
                again();
            }
        });
    }

    private void sendLast() {
        step(workload.send(lastStream, lastTopic, -1), afterSend -> {
            if (afterSend == 0) {
                step(workload.poll(lastStream, lastTopic, 0, 0, StreamWorkload.FROM_LAST, 0, 1, false), afterPoll -> {
                    if (afterPoll == 0) {
                        isFinishing = false;
                    } else {
                        again();
                    }
                });
            } else {
                again();
            }
        });
    }

    private static boolean isThere(final int status, final IggyError present) {
        return status == 0 || status == present.code();
    }

    /** It was answered that it is not: asks somebody else. */
    private void again() {
        leave();
    }

    private interface Next {
        void go(int status);
    }

    private void step(final IggyCall call, final Next next) {
        send(call.before((sent, status, payload, length) -> next.go(status)));
    }

    private StreamStatistics statistics() {
        return world.counters().streams;
    }

    @Override
    public String toString() {
        return "client " + index + " " + stage + " at replica " + nodes[node] + " quota=" + quota + " finishing="
                + isFinishing + " underWay=" + underWay;
    }
}
