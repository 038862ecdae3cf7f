package io.vireo.sim.stream;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.sim.audit.AccountAuditor.Session;
import io.vireo.sim.audit.AccountAuditor.Token;
import io.vireo.sim.audit.Need;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.random.Draws;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client that deals with users: as root it makes, changes and deletes them, and as one of them, by password or token, it tries what its
 * permissions may or may not allow. One request after the other, by a connection to one node after the other, beside the clients that the run
 * is made of, until these are done. When all is healed it asks once more about every user, see {@link LastRound}.
 */
final class AccountClient implements SimSocket.Owner {
    private enum Stage {
        STORM,
        /** All requests are made, and the heal is still to come. */
        RESTING,
        LAST_ROUND,
        DONE
    }

    private static final int HEADER_LENGTH = 8;
    private static final long RETRY_MEAN_NS = 100_000_000L;
    private static final int ROUNDS_MAX = 12;
    /** Longer than a gateway relies on a permission that it was told of, even by a clock that is slow by a tenth. */
    private static final long RECENT_NS = 1_500_000_000L;

    private static final long EXPIRY_MIN_NS = 50_000_000L;
    private static final long EXPIRY_MAX_NS = 5_000_000_000L;
    /** By which the clocks of nodes differ from virtual time at most, if nobody sets them and they run at its pace. */
    private static final long CLOCK_ERROR_NS = 2_050_000_000L;

    /** When something was asked, in virtual time and as a moment of the auditor. */
    private record Moment(long atNs, long moment) {}

    private final SimCluster cluster;
    private final StreamWorld world;
    private final Draws work;
    private final UserCalls calls;
    private final AccountBook book;
    private final StreamWorkload workload;
    private final long thinkMeanNs;
    private final int stream;
    /** At which this session has asked for something in a partition lately, oldest first. */
    private final ArrayDeque<Moment> moments = new ArrayDeque<>();

    /** Nodes that answer when all is healed. */
    private int[] core = {};
    /** Those that it goes to. */
    private int[] nodes;

    private int node;
    private int left;
    private SimSocket socket;
    private IggyCall underWay;
    private byte[] received = new byte[0];
    private Stage stage = Stage.STORM;
    /** Null before its first question. */
    private LastRound lastRound;
    /** Requests until it logs in as somebody else. */
    private int rounds;

    private boolean isRoot;
    /** Null if nobody but root is logged in. */
    private Session session;
    /** A moment that a gateway may still rely on what it was told at: of the login, and later of what is long ago. */
    private long reliedOn;
    /** The topic that everything is asked of is there. */
    private boolean hasTopic;
    /** Number of its stream; below 0 until it is known. */
    private int streamNumber = -1;

    /** @param index as no other client has it. @param requests it makes at most. */
    AccountClient(
            final int index,
            final SimCluster cluster,
            final StreamWorld world,
            final AccountBook book,
            final Draws work,
            final int requests) {
        this.cluster = cluster;
        this.world = world;
        this.book = book;
        this.work = work;
        this.left = requests;
        calls = new UserCalls(world.audits().accounts, book);
        workload = new StreamWorkload(
                index,
                world.audits(),
                world.options(),
                world.cluster().payloadMax(),
                world.config().segmentBytes(),
                work);
        thinkMeanNs = work.logUniform(1_000_000L, 50_000_000L);
        stream = world.options().streams() + 1;
        nodes = IntStream.range(0, world.cluster().replicas()).toArray();
    }

    void start() {
        node = work.nextInt(nodes.length);
        connect();
    }

    /** Nobody but these will answer, and nobody changes users any more but by what is under way. */
    void onHeal(final int[] newCore) {
        final int present = nodes[node];
        core = newCore.clone();
        nodes = core;
        node = Math.max(0, Arrays.binarySearch(core, present));
        final boolean wasResting = isEnded();
        stage = Stage.LAST_ROUND;
        if (wasResting) {
            connect();
        } else if (nodes[node] != present) {
            leave();
        }
    }

    /** Has all the answers that it will ever ask for. */
    boolean isIdle() {
        return stage == Stage.DONE;
    }

    private boolean isEnded() {
        return stage == Stage.RESTING || stage == Stage.DONE;
    }

    private void end(final Stage how) {
        stage = how;
        socket.close();
        world.audits().count(world.counters().streams);
    }

    private void connect() {
        if (isEnded()) {
            return;
        }
        received = new byte[0];
        logOut();
        socket = new SimSocket(cluster.queue(), work, this, world.cluster().network());
        final int replica = nodes[node];
        final int door = work.nextInt(world.config().groupCount());
        socket.connect(() -> world.door(replica, door));
    }

    /** To one of the other nodes, and not to this one again: it does not reach a primary, and a link may stay one-way. */
    private void avoid() {
        final int silent = nodes[node];
        final int[] others = Arrays.stream(nodes).filter(each -> each != silent).toArray();
        if (others.length > 0) {
            nodes = others;
            node = node % nodes.length;
        } else {
            nodes = core;
        }
        leave();
    }

    /** To another node. */
    private void leave() {
        socket.close();
        connectLater();
    }

    private void connectLater() {
        if (underWay != null) {
            underWay.onLost();
            underWay = null;
        }
        node = (node + 1 + work.nextInt(nodes.length)) % nodes.length;
        final SimSocket before = socket;
        cluster.queue().after(1 + work.exponential(RETRY_MEAN_NS), () -> {
            if (before == socket) {
                connect();
            }
        });
    }

    @Override
    public void onConnected(final SimSocket by) {
        if (by == socket && !isEnded()) {
            workload.onConnected();
            world.counters().streams.connections++;
            goOn();
        }
    }

    @Override
    public void onRefused(final SimSocket by) {
        if (by == socket && !isEnded()) {
            connectLater();
        }
    }

    @Override
    public void onBroken(final SimSocket by) {
        if (by == socket && !isEnded()) {
            connectLater();
        }
    }

    @Override
    public void onReceived(final SimSocket by, final byte[] bytes) {
        if (by != socket || isEnded()) {
            return;
        }
        final int before = received.length;
        received = Arrays.copyOf(received, before + bytes.length);
        System.arraycopy(bytes, 0, received, before, bytes.length);
        final UnsafeBuffer buffer = new UnsafeBuffer(received);
        if (received.length < HEADER_LENGTH
                || received.length - HEADER_LENGTH < buffer.getInt(Integer.BYTES, LITTLE_ENDIAN)) {
            return;
        }
        // One request at a time: what has come is its answer, and nothing else.
        final int length = received.length - HEADER_LENGTH;
        final int status = buffer.getInt(0, LITTLE_ENDIAN);
        final IggyCall call = underWay;
        underWay = null;
        received = new byte[0];
        final long certainBefore = world.audits().accounts.certain();
        call.onAnswer(status, new UnsafeBuffer(buffer, HEADER_LENGTH, length), length);
        if (by == socket) {
            onAnswered(status, world.audits().accounts.certain() > certainBefore);
        }
    }

    private void onAnswered(final int status, final boolean isCertain) {
        if (status == IggyError.UNAUTHENTICATED.code()) {
            logOut();
        }
        if (lastRound != null && !isAnswered(status, isCertain)) {
            avoid();
            return;
        }
        if (work.chance(1, 16)) {
            leave();
            return;
        }
        final SimSocket by = socket;
        cluster.queue().after(work.exponential(thinkMeanNs), () -> {
            if (by == socket && !isEnded() && underWay == null) {
                goOn();
            }
        });
    }

    private void send(final IggyCall call) {
        left--;
        underWay = call;
        socket.send(call.send(cluster.queue().executed()), cluster.isStorm());
    }

    private void goOn() {
        if (stage == Stage.LAST_ROUND) {
            askLast();
        } else if (left <= 0) {
            end(Stage.RESTING);
        } else if (!isRoot && session == null || --rounds < 0) {
            rounds = work.between(1, ROUNDS_MAX);
            logIn();
        } else if (isRoot) {
            send(asRoot());
        } else {
            send(asUser());
        }
    }

    private void askLast() {
        if (lastRound == null) {
            lastRound = new LastRound(book, lastNeeds());
        }
        final LastRound.Question question = lastRound.next(session);
        if (question == null) {
            end(Stage.DONE);
        } else if (question.need() != null) {
            send(trial(question.need()));
        } else {
            logOut();
            send(
                    question.token() == null
                            ? calls.login(question.user(), question.password(), this::onLogin)
                            : calls.login(question.token(), cluster.queue().nowNs(), this::onLogin));
        }
    }

    /** Nobody has a permission on what was never there. */
    private List<Need> lastNeeds() {
        if (!hasTopic || streamNumber < 0) {
            return List.of();
        }
        return List.of(Need.values());
    }

    /** Whether the last question is done with; if not, this node does not reach the primary, and another one is asked. */
    private boolean isAnswered(final int status, final boolean isCertain) {
        if (status == IggyError.TASK_TIMEOUT.code() || status == IggyError.SHARD_COMMUNICATION_ERROR.code()) {
            return false;
        }
        lastRound.onAnswered(status == 0);
        world.counters().streams.lastAnswers += isCertain ? 1 : 0;
        return true;
    }

    private void logOut() {
        isRoot = false;
        session = null;
        moments.clear();
    }

    private void logIn() {
        logOut();
        final Token token = work.chance(1, 3) ? book.token(work) : null;
        if (streamNumber < 0 || work.chance(1, 4)) {
            send(new IggyCall(
                    CommandCode.LOGIN_USER,
                    IggyFrames.login(
                            StreamWorld.ROOT.name(), StreamWorld.ROOT.password().value()),
                    (sent, status, payload, length) -> isRoot = status == 0));
        } else if (token != null) {
            send(calls.login(token, cluster.queue().nowNs(), this::onLogin));
        } else {
            final String user = book.nameForLogin(work);
            send(calls.login(user, book.password(user, work), this::onLogin));
        }
    }

    private void onLogin(final Session by) {
        session = by;
        reliedOn = by == null ? 0 : by.asked();
    }

    /** First what all permissions are about, which nobody removes; then users. */
    private IggyCall asRoot() {
        if (streamNumber < 0) {
            return prelude();
        }
        final String user = book.name(work);
        return switch (work.nextInt(16)) {
            case 0, 1, 2, 3 -> calls.create(user, AccountBook.grants(work), work.chance(7, 8), streamNumber);
            case 4 -> calls.delete(user);
            case 5, 6, 7, 8, 9, 10, 11, 12 -> calls.grant(user, AccountBook.grants(work), streamNumber);
            case 13 -> calls.status(user, work.chance(3, 4));
            case 14 -> calls.password(user, book.password(user, work));
            default -> ignored(CommandCode.GET_USER, IggyFrames.ids(user));
        };
    }

    private IggyCall prelude() {
        if (hasTopic) {
            return new IggyCall(
                    CommandCode.GET_STREAM,
                    IggyFrames.ids(StreamNames.stream(stream)),
                    (sent, status, payload, length) ->
                            streamNumber = status == 0 ? UserCalls.stream(payload, length) : -1);
        }
        return switch (work.nextInt(3)) {
            case 0 -> workload.createStream(stream);
            case 1 -> workload.createTopic(stream, 0, 1);
            default ->
                new IggyCall(
                        CommandCode.GET_TOPIC,
                        IggyFrames.ids(StreamNames.stream(stream), StreamNames.topic(0)),
                        (sent, status, payload, length) -> hasTopic = status == 0 && length > 0);
        };
    }

    private IggyCall asUser() {
        final String user = session.user();
        final Token own = book.tokenOf(user);
        return switch (work.nextInt(16)) {
            case 0 ->
                calls.createToken(
                        session,
                        work.chance(1, 2) ? 0 : work.logUniform(EXPIRY_MIN_NS, EXPIRY_MAX_NS),
                        world.hasTrueClocks() ? CLOCK_ERROR_NS : -1,
                        cluster.queue()::nowNs);
            case 1 -> own == null ? ignored(CommandCode.GET_TOKENS, IggyFrames.nothing()) : calls.deleteToken(own);
            case 2 -> calls.password(user, book.password(user, work));
            default -> trial(Need.values()[work.nextInt(Need.values().length)]);
        };
    }

    private IggyCall trial(final Need need) {
        final String ofStream = StreamNames.stream(stream);
        final String topic = StreamNames.topic(0);
        return switch (need) {
            case READ_SERVER -> trial(need, CommandCode.GET_STATS, IggyFrames.nothing());
            case READ_USERS -> trial(need, CommandCode.GET_USERS, IggyFrames.nothing());
            case MANAGE_USERS ->
                trial(
                        need,
                        CommandCode.UPDATE_USER,
                        IggyFrames.updateUser("nobody", true),
                        IggyError.RESOURCE_NOT_FOUND);
            case LIST_STREAMS -> trial(need, CommandCode.GET_STREAMS, IggyFrames.nothing());
            case SEE_STREAM -> trial(need, CommandCode.GET_STREAM, IggyFrames.ids(ofStream));
            case MAKE_STREAM ->
                trial(need, CommandCode.CREATE_STREAM, IggyFrames.name(ofStream), IggyError.STREAM_NAME_ALREADY_EXISTS);
            case CHANGE_STREAM -> trial(need, CommandCode.UPDATE_STREAM, IggyFrames.updateStream(ofStream, ofStream));
            case LIST_TOPICS -> trial(need, CommandCode.GET_TOPICS, IggyFrames.ids(ofStream));
            case SEE_TOPIC -> trial(need, CommandCode.GET_TOPIC, IggyFrames.ids(ofStream, topic));
            case MAKE_TOPIC ->
                trial(
                        need,
                        CommandCode.CREATE_TOPIC,
                        IggyFrames.createTopic(ofStream, topic, 1, -1, -1),
                        IggyError.TOPIC_NAME_ALREADY_EXISTS);
            case CHANGE_TOPIC ->
                calls.judged(session, need, workload.end(CommandCode.PURGE_TOPIC, ofStream, topic), 0, -1);
            case POLL ->
                calls.judged(
                        session,
                        need,
                        workload.poll(stream, 0, 0, 0, StreamWorkload.FROM_OFFSET, 0, 4, false),
                        0,
                        recently());
            case SEND -> calls.judged(session, need, workload.send(stream, 0, 0), 0, recently());
        };
    }

    private IggyCall trial(final Need need, final CommandCode code, final byte[] payload) {
        return calls.judged(session, need, ignored(code, payload), 0, -1);
    }

    private IggyCall trial(
            final Need need, final CommandCode code, final byte[] payload, final IggyError standsAgainst) {
        return calls.judged(session, need, ignored(code, payload), standsAgainst.code(), -1);
    }

    /** A gateway may rely for a moment on what it was told in this session. While clocks stand still nobody knows how long that is. */
    private long recently() {
        final long nowNs = cluster.queue().nowNs();
        moments.add(new Moment(nowNs, world.audits().accounts.ask()));
        while (!world.mayClocksStop() && moments.element().atNs <= nowNs - RECENT_NS) {
            reliedOn = moments.remove().moment;
        }
        return reliedOn;
    }

    private static IggyCall ignored(final CommandCode code, final byte[] payload) {
        return new IggyCall(code, payload, (sent, status, answer, length) -> {});
    }

    @Override
    public String toString() {
        return "client of users " + stage + " at replica " + nodes[node] + " underWay=" + underWay;
    }
}
