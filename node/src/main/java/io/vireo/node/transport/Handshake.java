package io.vireo.node.transport;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.Lane;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.message.RejectReason;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes and judges the frames of the handshake: no socket, no time. One connection per lane and pair of shards of two replicas that host common
 * groups, dialled by the replica with the higher id, so that two that start together do not end up with two. A HELLO states the groups that
 * it is about; where one of them is hosted elsewhere, the answer is the list of this replica's shards. Owned by {@link TcpTransport}.
 */
final class Handshake {
    private final TransportContext context;
    private final MessageCheck check;
    private final HelloFlyweight hello = new HelloFlyweight();
    private final RejectFlyweight reject = new RejectFlyweight();
    private final Checksum checksum = new Checksum();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[TransportContext.HANDSHAKE_ANSWER_MAX]);

    Handshake(final TransportContext context, final MessageCheck check) {
        this.context = context;
        this.check = check;
    }

    /** Holds the frame written last, from offset 0. */
    UnsafeBuffer frame() {
        return frame;
    }

    /** Writes a HELLO (or, on an open connection, "still here") for a lane and these groups of this replica; returns its length. */
    int writeHello(final int target, final Lane lane, final long[] groups) {
        return write(Command.HELLO, target, lane, groups);
    }

    int writeWelcome(final Lane lane) {
        return write(Command.WELCOME, context.replica, lane, context.hostedGroups);
    }

    int writeReject(final Refusal refusal) {
        frame.setMemory(0, HeaderFlyweight.HEADER_LENGTH, (byte) 0);
        reject.wrap(frame, 0);
        reject.init(
                Command.REJECT,
                context.clusterLo,
                context.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                0,
                context.replica,
                0);
        final int length = reject.put(refusal.reason(), refusal.text(), refusal.addresses(), frame.capacity());
        reject.seal(checksum);
        return length;
    }

    /** Judges any frame of a handshake for what does not depend on who sent it; null if it is an intact one of this cluster. */
    Refusal malformed(final MutableDirectBuffer buffer, final int offset, final int length) {
        hello.wrap(buffer, offset);
        return judgeCommon(buffer, offset, length);
    }

    /** Judges the first frame of an accepted connection for its form alone: null if it is an intact HELLO of this cluster. */
    Refusal judgeForm(final MutableDirectBuffer buffer, final int offset, final int length) {
        hello.wrap(buffer, offset);
        if (hello.isHeaderIntact(checksum) && hello.command() != Command.HELLO) {
            return refusal(
                    RejectReason.MALFORMED, "the first frame is not a HELLO but has command " + hello.commandCode());
        }
        return judgeCommon(buffer, offset, length);
    }

    /** Judges the first frame of an accepted connection; null if it is a HELLO that may come in. */
    Refusal judgeHello(final MutableDirectBuffer buffer, final int offset, final int length) {
        final Refusal form = judgeForm(buffer, offset, length);
        if (form != null) {
            return form;
        }
        final int target = hello.target();
        if (target != HelloFlyweight.TARGET_ANY && target != context.replica) {
            return new Refusal(
                    RejectReason.WRONG_REPLICA,
                    "this is replica " + context.replica + ", not replica " + target,
                    target < context.addresses.size() ? context.addresses.get(target) : List.of());
        }
        if (hello.role() == HelloFlyweight.ROLE_CLIENT) {
            if (hello.groupCount() != 0 && hello.groupCount() != context.groupCount) {
                return wrongGroupCount();
            }
            return length == HeaderFlyweight.HEADER_LENGTH ? null : judgeDoor(context.servedGroups);
        }
        if (hello.replica() >= context.addresses.size()) {
            return refusal(
                    RejectReason.WRONG_REPLICA,
                    "the cluster has replicas 0 to " + (context.addresses.size() - 1)
                            + ", the caller says it is replica " + hello.replica());
        }
        if (hello.replica() <= context.replica) {
            return refusal(
                    RejectReason.WRONG_REPLICA,
                    hello.replica() == context.replica
                            ? "the caller says it is replica " + hello.replica() + ", which is this one"
                            : "replica " + hello.replica() + " does not dial replica " + context.replica
                                    + ", the higher id dials the lower");
        }
        final Refusal refusal = judgeSettings();
        return refusal != null ? refusal : judgeDoor(context.hostedGroups);
    }

    /** Judges a WELCOME to this replica's HELLO for a lane and these groups; null if it comes from the replica that was meant, which hosts them. */
    Refusal judgeWelcome(
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final int expected,
            final Lane lane,
            final long[] groups) {
        hello.wrap(buffer, offset);
        final Refusal common = judgeCommon(buffer, offset, length);
        if (common != null) {
            return common;
        }
        if (hello.role() != HelloFlyweight.ROLE_REPLICA || hello.replica() != expected) {
            return refusal(
                    RejectReason.WRONG_REPLICA,
                    "replica " + hello.replica() + " answers at the address of replica " + expected);
        }
        if (hello.lane() != lane) {
            return refusal(
                    RejectReason.MALFORMED,
                    "replica " + expected + " says WELCOME to a connection for " + hello.lane() + ", asked was one for "
                            + lane);
        }
        final Refusal refusal = judgeSettings();
        if (refusal != null) {
            return refusal;
        }
        for (int i = 0; i < groups.length; i++) {
            if ((groups[i] & ~hello.groupBits(i)) != 0) {
                return refusal(
                        RejectReason.WRONG_GROUP,
                        "replica " + expected + " says WELCOME and does not host all the groups that it was asked for");
            }
        }
        return null;
    }

    /** The groups that a judged HELLO is about. */
    long[] judgedGroups() {
        final long[] groups = new long[context.hostedGroups.length];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = hello.groupBits(i);
        }
        return groups;
    }

    /** The addresses that a REJECT for a wrong door names; empty for any other frame, and for one that is not intact. */
    List<String> rightDoors(final MutableDirectBuffer buffer, final int offset, final int length) {
        reject.wrap(buffer, offset);
        return check.invalidReason(buffer, offset, length) == null
                        && reject.command() == Command.REJECT
                        && reject.reason() == RejectReason.WRONG_GROUP
                ? reject.addresses()
                : List.of();
    }

    /** What is said to somebody who asks for a group that is not here. */
    Refusal wrongDoor(final String group) {
        return new Refusal(
                RejectReason.WRONG_GROUP,
                group + " is not behind this address; replica " + context.replica + " runs " + context.shardCount
                        + (context.shardCount == 1 ? " shard" : " shards")
                        + ", group g is behind the address number g mod " + context.shardCount,
                context.shardAddresses());
    }

    /** The text of a REJECT and the addresses it names, or what is wrong with it. May come from another cluster or release. */
    String readReject(final MutableDirectBuffer buffer, final int offset, final int length) {
        reject.wrap(buffer, offset);
        if (!reject.isHeaderIntact(checksum) || !reject.isBodyIntact(checksum)) {
            return "answered by a REJECT with a wrong checksum";
        }
        final String invalid = RejectFlyweight.invalidReason(buffer, offset, length);
        if (invalid != null) {
            return "answered by an invalid REJECT: " + invalid;
        }
        final List<String> addresses = reject.addresses();
        return "rejected, " + reject.reason() + ": " + reject.text()
                + (addresses.isEmpty()
                        ? ""
                        : "; right addresses: " + RejectFlyweight.readable(String.join(" ", addresses)));
    }

    /** The handshake frame judged last. */
    HelloFlyweight judged() {
        return hello;
    }

    private int write(final Command command, final int target, final Lane lane, final long[] groups) {
        final int length = HelloFlyweight.length(context.groupCount);
        hello.wrap(frame, 0);
        hello.init(command, context.clusterLo, context.clusterHi, length, 0, context.replica, 0);
        hello.role(HelloFlyweight.ROLE_REPLICA)
                .target(target)
                .lane(lane)
                .groupCount(context.groupCount)
                .processNonce(context.processNonce)
                .settings(context.settings);
        for (int i = 0; i < groups.length; i++) {
            hello.groupBits(i, groups[i]);
        }
        hello.seal(checksum);
        return length;
    }

    /** Release before anything else, because another one may validate differently; then the cluster, then every byte. */
    private Refusal judgeCommon(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (hello.isHeaderIntact(checksum)) {
            if (hello.release() != HeaderFlyweight.RELEASE) {
                return refusal(
                        RejectReason.WRONG_RELEASE,
                        "this is release " + HeaderFlyweight.RELEASE + ", the other side has " + hello.release());
            }
            if (hello.clusterLo() != context.clusterLo || hello.clusterHi() != context.clusterHi) {
                return refusal(
                        RejectReason.WRONG_CLUSTER,
                        "this is cluster " + hex(context.clusterLo, context.clusterHi) + ", the other side belongs to "
                                + hex(hello.clusterLo(), hello.clusterHi()));
            }
        }
        final String invalid = check.invalidReason(buffer, offset, length);
        return invalid == null ? null : refusal(RejectReason.MALFORMED, invalid);
    }

    private Refusal judgeSettings() {
        if (hello.groupCount() != context.groupCount) {
            return wrongGroupCount();
        }
        if (hello.settings() != context.settings) {
            return refusal(
                    RejectReason.WRONG_CLUSTER,
                    "the two replicas differ in a setting that all must share (wal_bytes, prepare_size_max, segment_bytes, pipeline_max,"
                            + " sessions_max, session_window, namespaces_max, state_machine): compare their cluster.toml and environment");
        }
        return null;
    }

    /** Every group that the HELLO is about must be among these. */
    private Refusal judgeDoor(final long[] here) {
        boolean isAny = false;
        for (int i = 0; i < here.length; i++) {
            final long elsewhere = hello.groupBits(i) & ~here[i];
            if (elsewhere != 0) {
                return wrongDoor("group " + (64 * i + Long.numberOfTrailingZeros(elsewhere)));
            }
            isAny |= hello.groupBits(i) != 0;
        }
        return isAny ? null : refusal(RejectReason.WRONG_GROUP, "the caller states no group that it is about");
    }

    private Refusal wrongGroupCount() {
        return refusal(
                RejectReason.WRONG_GROUP,
                "the cluster has " + context.groupCount + " groups, the other side says " + hello.groupCount());
    }

    private static Refusal refusal(final RejectReason reason, final String text) {
        return new Refusal(reason, text, List.of());
    }

    private static String hex(final long lo, final long hi) {
        return String.format("%016x%016x", hi, lo);
    }
}
