package io.vireo.node.transport;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.CalledProof;
import io.vireo.node.auth.FileSeal;
import io.vireo.node.auth.LinkAuth;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.RejectReason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Who may come in: takes the frames of an accepted connection until it is open, and those of a dialled one that come before WELCOME. Where
 * the cluster has a secret a HELLO is looked at for its form only, challenged, and judged once its sender has proved itself. Knows no
 * socket and no time; {@link TcpTransport}, which owns it, sends and closes.
 */
final class Admission {
    /** What is to be done with the connection. */
    enum Verdict {
        /** Send {@link #answer} and wait for what follows. */
        WAIT,
        /** It is open: send {@link #answer} as the first there. */
        ADMIT,
        /** Send a REJECT with {@link #refusal}, and close. */
        REFUSE
    }

    private static final String NO_CERTIFICATE =
            "a replica has to show a certificate here, and this caller has shown none: set tls.certificate_file and tls.key_file there, of a CA in the tls.ca_file of this side";

    /** Callers of whom it is remembered that they did not prove themselves; the oldest is forgotten. */
    private static final int REMEMBERED_MAX = 256;

    private final TransportContext context;
    private final Handshake handshake;
    private final LinkAuth auth;
    private final UnsafeBuffer answer =
            new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + TransportContext.HANDSHAKE_FRAME_MAX]);
    private final Map<String, Long> refused = new LinkedHashMap<>();
    private int answerLength;
    private Refusal refusal;

    Admission(final TransportContext context, final Handshake handshake) {
        this.context = context;
        this.handshake = handshake;
        this.auth = context.secret == null ? null : new LinkAuth(context.secret, context.nonces);
    }

    /** What the last verdict sends: one or two frames from offset 0. */
    UnsafeBuffer answer() {
        return answer;
    }

    int answerLength() {
        return answerLength;
    }

    /** Why the last verdict refuses. */
    Refusal refusal() {
        return refusal;
    }

    CloseReason closeReason() {
        if (refusal.reason() == RejectReason.AUTHENTICATION) {
            return CloseReason.AUTHENTICATION;
        }
        return refusal.reason() == RejectReason.WRONG_GROUP
                        && !refusal.addresses().isEmpty()
                ? CloseReason.WRONG_DOOR
                : CloseReason.REJECTED;
    }

    // ---- called ----

    /** Takes a frame of an accepted connection that is not open yet. */
    Verdict onFrame(final Connection connection, final MutableDirectBuffer buffer, final int offset, final int length) {
        answerLength = 0;
        if (auth == null) {
            return judge(connection, buffer, offset, length);
        }
        if (connection.called == null) {
            return challenge(connection, buffer, offset, length);
        }
        refusal = handshake.malformed(buffer, offset, length);
        if (refusal != null) {
            return Verdict.REFUSE;
        }
        final CalledProof proof = connection.called;
        final String wrong = proof.refusal(buffer, offset);
        if (wrong != null) {
            refusal =
                    new Refusal(RejectReason.AUTHENTICATION, wrong + " (" + proof.claim() + ", as it says)", List.of());
            return Verdict.REFUSE;
        }
        refused.remove(caller(connection));
        connection.seal = proof.seal();
        append(proof.proof(), HeaderFlyweight.HEADER_LENGTH);
        final UnsafeBuffer hello = proof.hello();
        final Verdict verdict = judge(connection, hello, 0, hello.capacity());
        connection.called = null;
        return verdict;
    }

    /** True if the refusal of this connection is worth a line in the log: the first of its caller, and the 10th, 100th, ... in a row. */
    boolean isNews(final Connection connection, final CloseReason reason) {
        if (reason != CloseReason.AUTHENTICATION) {
            return true;
        }
        final String caller = caller(connection);
        if (refused.size() >= REMEMBERED_MAX && !refused.containsKey(caller)) {
            refused.remove(refused.keySet().iterator().next());
        }
        final long times = refused.merge(caller, 1L, Long::sum);
        return times == 1 || times == 10 || times == 100 || times % 1000 == 0;
    }

    private Verdict challenge(
            final Connection connection, final MutableDirectBuffer buffer, final int offset, final int length) {
        refusal = handshake.judgeForm(buffer, offset, length);
        if (refusal != null) {
            return Verdict.REFUSE;
        }
        connection.called = auth.accept(buffer, offset, length, context.replica, context.shard);
        append(connection.called.challenge(), HeaderFlyweight.HEADER_LENGTH);
        return Verdict.WAIT;
    }

    private Verdict judge(
            final Connection connection, final MutableDirectBuffer hello, final int offset, final int length) {
        refusal = handshake.judgeHello(hello, offset, length);
        if (refusal != null) {
            return Verdict.REFUSE;
        }
        if (handshake.judged().role() == HelloFlyweight.ROLE_REPLICA
                && context.tls != null
                && !connection.wire.isCertified()) {
            refusal = new Refusal(RejectReason.AUTHENTICATION, NO_CERTIFICATE, List.of());
            return Verdict.REFUSE;
        }
        connection.role = handshake.judged().role();
        connection.peerNonce = handshake.judged().processNonce();
        connection.lane = handshake.judged().lane();
        if (connection.isReplica()) {
            connection.replica = handshake.judged().replica();
            connection.groups = handshake.judgedGroups();
        } else {
            // Clients ask for no files.
            connection.seal = null;
        }
        append(handshake.frame(), handshake.writeWelcome(connection.lane));
        return Verdict.ADMIT;
    }

    /** The address without its port, which is another one at every attempt, and who it says it is. */
    private static String caller(final Connection connection) {
        final int port = connection.remoteAddress.lastIndexOf(':');
        final String host = port < 0 ? connection.remoteAddress : connection.remoteAddress.substring(0, port);
        return host + " " + (connection.called == null ? "" : connection.called.claim());
    }

    private void append(final UnsafeBuffer frame, final int length) {
        answer.putBytes(answerLength, frame, 0, length);
        answerLength += length;
    }

    // ---- calling ----

    /** The HELLO of a connection that is dialled, in {@link #answer}. */
    void call(final Connection connection) {
        answerLength = 0;
        append(handshake.frame(), handshake.writeHello(connection.replica, connection.lane, connection.groups));
        if (auth != null) {
            connection.calling = auth.call(answer, 0, answerLength, context.shard);
        }
    }

    /** True if the next frame of a dialled connection, which is no REJECT, is about proofs. */
    boolean isAboutProofs(final Connection connection, final Command command) {
        return connection.calling != null ? !connection.calling.isProven() : command == Command.CHALLENGE;
    }

    /** Takes such a frame; null if the handshake goes on, with {@link #answer} if that is not empty, else why it does not. */
    String proofRefusal(
            final Connection connection, final MutableDirectBuffer buffer, final int offset, final int length) {
        answerLength = 0;
        if (connection.calling == null) {
            return LinkAuth.NO_SECRET_HERE;
        }
        final Refusal malformed = handshake.malformed(buffer, offset, length);
        if (malformed != null) {
            return malformed.text();
        }
        final String wrong = connection.calling.refusal(buffer, offset);
        if (wrong != null) {
            return wrong;
        }
        if (connection.calling.isProven()) {
            connection.seal = connection.calling.seal();
            return connection.calling.calledReplica() == connection.replica
                    ? null
                    : "replica " + connection.calling.calledReplica() + " answers at the address of replica "
                            + connection.replica;
        }
        append(connection.calling.answer(), HeaderFlyweight.HEADER_LENGTH);
        return null;
    }

    // ---- open ----

    /** Null if a frame of an open connection proves that it was made for it, or needs not to; else what is wrong. */
    static String forgery(
            final Connection connection, final Command command, final MutableDirectBuffer buffer, final int offset) {
        if (!FileSeal.isSealed(command)) {
            return null;
        }
        final boolean isRight = connection.seal == null
                ? FileSeal.isBlank(buffer, offset)
                : connection.seal.isAuthentic(buffer, offset);
        return isRight ? null : command + " does not prove that it was made for this connection";
    }

    /** The header to send instead of this frame's, or null where it is its own. */
    static UnsafeBuffer sealed(final Connection connection, final DirectBuffer buffer, final int offset) {
        return connection.seal != null
                        && FileSeal.isSealed(
                                Command.ofCode(buffer.getByte(offset + HeaderFlyweight.COMMAND_OFFSET) & 0xff))
                ? connection.seal.seal(buffer, offset)
                : null;
    }
}
