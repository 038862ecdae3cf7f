package io.vireo.node.client;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.CallerProof;
import io.vireo.node.auth.LinkAuth;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.message.RejectReason;
import io.vireo.node.port.RandomSource;
import io.vireo.node.tls.TlsPort;
import io.vireo.node.tls.TlsRecords;
import io.vireo.node.tls.Wire;
import io.vireo.node.transport.AddressResolver;
import io.vireo.node.transport.ReadyChannel;
import io.vireo.node.transport.ReceiveBuffer;
import io.vireo.node.transport.SendBuffer;
import io.vireo.node.transport.ShardDoors;
import io.vireo.node.transport.TransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client's connection to one shard of a replica: dials, shakes hands, cuts the stream into valid frames, gathers what is sent into one write per
 * turn, and dials again when the connection is lost. Owned by the thread of its {@link ClusterLinks}.
 */
final class ReplicaLink implements ReadyChannel {
    /** How far the connection has come. */
    enum Stage {
        /** No socket; dialled again when due. */
        DOWN,
        CONNECTING,
        HANDSHAKE,
        OPEN
    }

    /** Whose link it is. */
    interface Listener {
        void onOpen(ReplicaLink link);

        void onClosed(ReplicaLink link, long nowNs);

        /** A wrong door has named the right ones; the connection is closed already. */
        void onWrongDoor(ReplicaLink link, List<String> right, long nowNs);

        /** The shard that says WELCOME hosts these groups; the link is not open yet, and may be stopped in here. */
        void onWelcome(ReplicaLink link, long[] hosted, long nowNs);

        /** A valid frame of an open connection. */
        void onFrame(UnsafeBuffer buffer, int offset, int length, long nowNs);
    }

    private static final long DIAL_MIN_NS = 20_000_000L;
    private static final long DIAL_MAX_NS = 1_000_000_000L;
    private static final long HANDSHAKE_TIMEOUT_NS = 2_000_000_000L;
    /** A replica answers everything; one that says nothing for so long after something was sent is dialled anew. */
    private static final long SILENCE_MAX_NS = 5_000_000_000L;

    /** Who wants to know whether the shard is there asks it after so long without a word of it. */
    private static final long ASK_NS = 1_000_000_000L;
    /** Long enough for the answer to a question after {@link #ASK_NS}. */
    private static final long HEARD_NS = 2 * ASK_NS;

    private static final int KEEP_ALIVE_S = 2;
    private static final int KEEP_ALIVE_COUNT = 3;
    private static final int KEPT = 1 << 20;

    final int replica;
    final int shard;
    /** Groups that the client asks for here. */
    final long[] groups;

    private final ClientContext context;
    private final AddressResolver resolver;
    private final ShardDoors doors;
    /** Where the addresses of this replica begin in those of the resolver. */
    private final int firstAddress;

    private final Selector selector;
    private final RandomSource random;
    private final long processNonce;
    /** Null where the cluster has no secret. */
    private final LinkAuth auth;
    /** Null where connections are without. */
    private final TlsPort tls;

    private final Listener listener;
    private final MessageCheck check;
    private final Checksum checksum = new Checksum();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final UnsafeBuffer statusFrame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
    private final HelloFlyweight hello = new HelloFlyweight();
    private final RejectFlyweight reject = new RejectFlyweight();
    private final UnsafeBuffer helloFrame;
    private final int frameSizeMax;
    private final ReceiveBuffer received = new ReceiveBuffer();
    private final SendBuffer outgoing;

    private Stage stage = Stage.DOWN;
    /** The proofs of this connection; null where the cluster has no secret. */
    private CallerProof proof;

    private SocketChannel channel;
    /** The bytes of the channel; null as that is. */
    private Wire wire;

    private SelectionKey key;
    private boolean isWriteBlocked;
    private int failures;
    /** REJECTs in a row: a door that lets in and then refuses must not be dialled in a loop. */
    private int rejections;
    /** Since the connection was open. */
    private int attempts;
    /** Index of the address of the replica that was dialled last. */
    private int address;
    /** Since the connection was open, another shard's door has led back to this one's. */
    private boolean wasSentHome;

    private long dueNs;
    private boolean isWaiting;
    private long waitingSinceNs;
    /** When the shard last said something; of an open link. */
    private long heardNs;
    /** When it was last asked for its status; of an open link. */
    private long askedNs;
    /** Why the connection is not open, for people. */
    private volatile String problem = "not connected yet";

    ReplicaLink(
            final int replica,
            final int shard,
            final long[] groups,
            final ShardDoors doors,
            final int firstAddress,
            final ClientContext context,
            final AddressResolver resolver,
            final Selector selector,
            final RandomSource random,
            final long processNonce,
            final LinkAuth auth,
            final TlsPort tls,
            final long nowNs,
            final Listener listener) {
        this.replica = replica;
        this.shard = shard;
        this.groups = groups;
        this.doors = doors;
        this.firstAddress = firstAddress;
        // One shard has all groups, and the groups need no saying: nodes from before there were shards do not take
        // them.
        this.helloFrame = new UnsafeBuffer(
                new byte
                        [doors.shardCount() == 1
                                ? HeaderFlyweight.HEADER_LENGTH
                                : HelloFlyweight.length(context.groupCount())]);
        this.context = context;
        this.resolver = resolver;
        this.selector = selector;
        this.random = random;
        this.processNonce = processNonce;
        this.auth = auth;
        this.tls = tls;
        this.dueNs = nowNs;
        this.listener = listener;
        this.frameSizeMax =
                Math.max(context.frameSizeMax(), HeaderFlyweight.HEADER_LENGTH + TransportContext.STATUS_MAX);
        this.check = new MessageCheck(context.clusterLo(), context.clusterHi(), frameSizeMax);
        this.outgoing = new SendBuffer(Math.max(4 * context.frameSizeMax(), 16 << 20), KEPT);
    }

    boolean isOpen() {
        return stage == Stage.OPEN;
    }

    /**
     * Whether the shard has lately said something by this connection. It has to be asked again and again: then the shard is asked for its
     * status where it has no other reason to speak, because the system answers for a process that hangs. The answer comes from the shard
     * itself, in whatever state its groups are.
     */
    boolean isHeard(final long nowNs) {
        if (stage != Stage.OPEN) {
            return false;
        }
        if (nowNs - heardNs >= ASK_NS && nowNs - askedNs >= ASK_NS) {
            askedNs = nowNs;
            header.wrap(statusFrame, 0);
            header.init(Command.STATUS, context.clusterLo(), context.clusterHi(), statusFrame.capacity(), 0, 0, 0);
            header.seal(checksum);
            send(statusFrame, 0, statusFrame.capacity(), nowNs);
        }
        return nowNs - heardNs < HEARD_NS;
    }

    /** Null if the connection is open, else why not. Any thread. */
    String problem() {
        return problem;
    }

    /** Takes one frame for the next {@link #flush}; false if it cannot be sent. */
    boolean send(final DirectBuffer frame, final int offset, final int length, final long nowNs) {
        if (stage != Stage.OPEN || !outgoing.offer(frame, offset, length)) {
            return false;
        }
        if (!isWaiting) {
            isWaiting = true;
            waitingSinceNs = nowNs;
        }
        return true;
    }

    /** Does what is due. @return true if there was something to read that the socket says nothing of. */
    boolean poll(final long nowNs) {
        final boolean isRead = isInputHeld();
        if (isRead) {
            readOrClose(nowNs);
        }
        switch (stage) {
            case DOWN -> {
                if (nowNs - dueNs >= 0) {
                    dial(nowNs);
                }
            }
            case CONNECTING, HANDSHAKE -> {
                if (nowNs - dueNs >= 0) {
                    close(nowNs, "no handshake within " + HANDSHAKE_TIMEOUT_NS / 1_000_000 + " ms");
                }
            }
            case OPEN -> {
                if (isWaiting && nowNs - waitingSinceNs >= SILENCE_MAX_NS) {
                    close(nowNs, "silent for " + SILENCE_MAX_NS / 1_000_000 + " ms");
                }
            }
        }
        return isRead;
    }

    /** Nanoseconds until {@link #poll} has something to do. */
    long delayNs(final long nowNs) {
        if (isInputHeld()) {
            return 0;
        }
        if (stage == Stage.OPEN) {
            return isWaiting ? Math.max(0, waitingSinceNs + SILENCE_MAX_NS - nowNs) : Long.MAX_VALUE;
        }
        return Math.max(0, dueNs - nowNs);
    }

    @Override
    public void onReady(final SelectionKey ready, final long nowNs) {
        if (!ready.isValid()) {
            return;
        }
        try {
            if (stage == Stage.CONNECTING && key.isConnectable() && channel.finishConnect()) {
                onConnected();
            }
        } catch (final IOException e) {
            close(nowNs, e.getMessage());
            return;
        }
        if (stage.compareTo(Stage.HANDSHAKE) >= 0 && key.isReadable()) {
            readOrClose(nowNs);
        }
    }

    private boolean isInputHeld() {
        return stage.compareTo(Stage.HANDSHAKE) >= 0 && wire.isInputHeld();
    }

    private void readOrClose(final long nowNs) {
        try {
            read(nowNs);
        } catch (final IOException e) {
            close(nowNs, e.getMessage());
            return;
        }
        if (stage.compareTo(Stage.HANDSHAKE) >= 0) {
            wantWhatItTakes();
        }
    }

    private void wantWhatItTakes() {
        final int reading = wire.takesInput() ? SelectionKey.OP_READ : 0;
        final int interest = isWriteBlocked ? reading | SelectionKey.OP_WRITE : reading;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /** Writes once what has gathered. */
    void flush(final long nowNs) {
        if (stage.compareTo(Stage.HANDSHAKE) < 0
                || (outgoing.pending() == 0 && !wire.awaitsWritable(false))
                || (isWriteBlocked && !key.isWritable())) {
            return;
        }
        try {
            outgoing.writeTo(wire);
            wire.flush();
        } catch (final IOException e) {
            close(nowNs, e.getMessage());
            return;
        }
        isWriteBlocked = wire.awaitsWritable(outgoing.pending() > 0);
        wantWhatItTakes();
    }

    /** Ends the connection for good. */
    void stop(final long nowNs) {
        if (stage != Stage.DOWN) {
            close(nowNs, "this client is closed");
        }
        received.close();
    }

    private void dial(final long nowNs) {
        address = doors.address(shard, attempts++);
        final InetSocketAddress target = resolver.address(firstAddress + address);
        if (target == null || target.isUnresolved()) {
            problem = target == null ? "looking up its name" : "the name " + target.getHostString() + " has no address";
            dueNs = nowNs + backoff();
            return;
        }
        stage = Stage.CONNECTING;
        dueNs = nowNs + HANDSHAKE_TIMEOUT_NS;
        try {
            channel = SocketChannel.open();
            wire = tls == null ? Wire.plain(channel) : tls.call(channel, target.getHostString());
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            keepAlive();
            key = channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (channel.connect(target)) {
                onConnected();
            }
        } catch (final IOException e) {
            close(nowNs, e.getMessage());
        }
    }

    /** A machine that is gone says nothing, and where nothing is asked of it only the system can find that out. */
    private void keepAlive() throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_S);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_S);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_COUNT);
        }
    }

    private void onConnected() {
        stage = Stage.HANDSHAKE;
        key.interestOps(SelectionKey.OP_READ);
        hello.wrap(helloFrame, 0);
        hello.init(Command.HELLO, context.clusterLo(), context.clusterHi(), helloFrame.capacity(), 0, 0, 0);
        hello.role(HelloFlyweight.ROLE_CLIENT)
                .target(replica)
                .groupCount(context.groupCount())
                .processNonce(processNonce);
        final boolean isStating = helloFrame.capacity() > HeaderFlyweight.HEADER_LENGTH;
        for (int i = 0; isStating && i < groups.length; i++) {
            hello.groupBits(i, groups[i]);
        }
        hello.seal(checksum);
        outgoing.offer(helloFrame, 0, helloFrame.capacity());
        proof = auth == null ? null : auth.call(helloFrame, 0, helloFrame.capacity(), 0);
    }

    private int sizeMax() {
        return stage == Stage.OPEN ? frameSizeMax : TransportContext.HANDSHAKE_ANSWER_MAX;
    }

    private void read(final long nowNs) throws IOException {
        if (received.read(wire, sizeMax()) < 0) {
            close(
                    nowNs,
                    TlsRecords.isAlert(received.buffer(), received.offset(), received.available())
                            ? TlsRecords.TLS_CALLED_REPLICA
                            : "closed by the replica");
            return;
        }
        int length = received.frameLength(sizeMax());
        while (length > 0) {
            isWaiting = false;
            heardNs = nowNs;
            if (stage == Stage.OPEN) {
                final String invalid = check.invalidReason(received.buffer(), received.offset(), length);
                if (invalid != null) {
                    close(nowNs, "sent an invalid frame: " + invalid);
                    return;
                }
                if (header.wrap(received.buffer(), received.offset()).command() == Command.REJECT) {
                    onReject(length, nowNs);
                } else if (header.command() != Command.STATUS_REPLY) {
                    rejections = 0;
                    listener.onFrame(received.buffer(), received.offset(), length, nowNs);
                }
            } else {
                onHandshakeAnswer(length, nowNs);
            }
            if (stage == Stage.DOWN) {
                return;
            }
            received.consume(length);
            length = received.frameLength(sizeMax());
        }
        if (length == ReceiveBuffer.ILLEGAL_SIZE) {
            close(nowNs, "sent a frame of " + received.statedSize() + " bytes, at most " + sizeMax() + " are allowed");
        }
    }

    private void onHandshakeAnswer(final int length, final long nowNs) {
        final UnsafeBuffer buffer = received.buffer();
        final int offset = received.offset();
        header.wrap(buffer, offset);
        if (header.command() == Command.REJECT) {
            onReject(length, nowNs);
            return;
        }
        final String invalid = check.invalidReason(buffer, offset, length);
        if (invalid == null && header.command() == Command.CHALLENGE && proof == null) {
            close(nowNs, LinkAuth.NO_SECRET_HERE);
        } else if (invalid == null && proof != null && !proof.isProven()) {
            onProof(proof.refusal(buffer, offset), nowNs);
        } else if (invalid != null || header.command() != Command.WELCOME) {
            close(
                    nowNs,
                    "does not answer as a replica of this cluster does: "
                            + (invalid == null ? header.command() : invalid));
        } else if (header.replica() != replica || (proof != null && proof.calledReplica() != replica)) {
            close(nowNs, "is replica " + header.replica() + ", not replica " + replica);
        } else {
            onWelcome(nowNs);
        }
    }

    private void onProof(final String refusal, final long nowNs) {
        if (refusal != null) {
            close(nowNs, refusal);
        } else if (!proof.isProven()) {
            outgoing.offer(proof.answer(), 0, proof.answer().capacity());
        }
    }

    private void onWelcome(final long nowNs) {
        hello.wrap(received.buffer(), received.offset());
        if (hello.groupCount() != context.groupCount()) {
            close(nowNs, "has " + hello.groupCount() + " groups, this client knows of " + context.groupCount());
            return;
        }
        final long[] hosted = new long[groups.length];
        boolean isRight = true;
        for (int i = 0; i < hosted.length; i++) {
            hosted[i] = hello.groupBits(i);
            isRight &= (groups[i] & ~hosted[i]) == 0;
        }
        doors.onAnswer(address);
        listener.onWelcome(this, hosted, nowNs);
        if (stage == Stage.DOWN) {
            return;
        }
        if (!isRight && address != shard && !wasSentHome) {
            // Another shard of the process, which would hand over every frame: it is taken only if the right one is not
            // to be reached.
            close(nowNs, "is another shard's address");
            doors.onAnswer(address);
            wasSentHome = true;
            attempts = 0;
            dueNs = nowNs;
            return;
        }
        stage = Stage.OPEN;
        askedNs = nowNs;
        failures = 0;
        attempts = 0;
        wasSentHome = false;
        problem = null;
        listener.onOpen(this);
    }

    private void onReject(final int length, final long nowNs) {
        final UnsafeBuffer buffer = received.buffer();
        final int offset = received.offset();
        reject.wrap(buffer, offset);
        // Valid for another cluster or release too, which is what it may be about.
        final boolean isReadable = reject.isHeaderIntact(checksum)
                && reject.isBodyIntact(checksum)
                && RejectFlyweight.invalidReason(buffer, offset, length) == null;
        rejections++;
        final boolean isTrusted = proof == null || proof.isProven();
        final boolean isWrongDoor = isReadable && isTrusted && reject.reason() == RejectReason.WRONG_GROUP;
        final List<String> right = isWrongDoor ? reject.addresses() : List.of();
        close(
                nowNs,
                isReadable
                        ? "rejects this client, " + reject.reason() + ": " + reject.text()
                        : "sent an invalid rejection");
        if (!right.isEmpty()) {
            doors.onAnswer(address);
            listener.onWrongDoor(this, right, nowNs);
        }
    }

    private void close(final long nowNs, final String reason) {
        final boolean wasOpen = stage == Stage.OPEN;
        if (!wasOpen) {
            doors.onSilence(address);
        }
        stage = Stage.DOWN;
        isWriteBlocked = false;
        isWaiting = false;
        String text = reason;
        if (channel != null) {
            try {
                wire.close();
            } catch (final IOException e) {
                text += "; closing the socket failed: " + e.getMessage();
            }
            channel = null;
            wire = null;
            key = null;
        }
        problem = text;
        received.clear();
        outgoing.close();
        dueNs = nowNs + backoff();
        if (wasOpen) {
            listener.onClosed(this, nowNs);
        }
    }

    private long backoff() {
        final long max = Math.min(DIAL_MIN_NS << Math.min(Math.max(failures, rejections), 16), DIAL_MAX_NS);
        failures++;
        return max / 2 + (long) random.nextInt(1 << 16) * (max / 2) / (1 << 16);
    }
}
