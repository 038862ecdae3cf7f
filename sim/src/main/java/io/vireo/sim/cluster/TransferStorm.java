package io.vireo.sim.cluster;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.sim.fault.DiskFaultPoint;
import io.vireo.sim.fault.TransferPoint;
import io.vireo.sim.storage.DamagedSector;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Follows state synchronizations by their frames, counts what they meet, and carries out the faults that are aimed at them: a point that is
 * due waits for the request it names, whoever makes it. A replica that asks for a piece without one before it heals a file in place; it
 * can be struck as well.
 */
final class TransferStorm {
    private static final int NOBODY = -1;
    /** Of a receiver, how many files rot at once: most of what a group has. */
    private static final int RECEIVER_FILES = 3;

    /** A point that is due, and how many requests are left until it strikes. */
    private static final class Armed {
        final TransferPoint point;
        int left;

        Armed(final TransferPoint point) {
            this.point = point;
            left = point.request();
        }
    }

    /** The synchronization of one group of one replica. */
    private static final class Receiver {
        boolean isActive;
        int peer = NOBODY;
        long target;
        /** Of this checkpoint, or of one before that it has files in common with, it knows which files it has. */
        boolean hasLooked;
        /** What went bad of its own files before it looked at them. */
        final List<DamagedSector> rotten = new ArrayList<>();
    }

    private final SimCluster cluster;
    private final DiskFaultStorm diskFaults;
    private final TransferStatistics statistics;
    private final Receiver[][] receivers;
    private final int chunkSectors;
    private final DrippingLinks drips;
    private final FileWays ways;
    private final List<Armed> armed = new ArrayList<>();
    /** The next answer from the first to the second of them is cut; null if none is to be. */
    private TransferPoint cut;

    private int cutFrom;
    private int cutTo;
    /** The next answer with bytes from the first to the second of them is another one; null if none is to be. */
    private TransferPoint lie;

    private int lieFrom;
    private int lieTo;
    private final Checksum checksum = new Checksum();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final ChunkFlyweight chunk = new ChunkFlyweight();

    TransferStorm(final SimCluster cluster, final DiskFaultStorm diskFaults) {
        this.cluster = cluster;
        this.diskFaults = diskFaults;
        drips = new DrippingLinks(cluster);
        ways = new FileWays(cluster);
        statistics = cluster.counters().transfers;
        chunkSectors = cluster.options().cluster().segmentLimits().chunkBytes() / Storage.SECTOR;
        receivers = new Receiver[cluster.options().replicas()]
                [cluster.options().cluster().groupCount()];
        for (final Receiver[] ofReplica : receivers) {
            Arrays.setAll(ofReplica, group -> new Receiver());
        }
    }

    /** The point strikes at a request to come. */
    void begin(final TransferPoint point) {
        armed.add(new Armed(point));
    }

    /** Nothing strikes any more. */
    void end() {
        armed.clear();
        cut = null;
        lie = null;
        drips.end();
        ways.end();
    }

    /** True if a connection carries pieces of files between these replicas; whoever asks has been told. */
    boolean isWay(final int from, final int to) {
        final boolean isWay = ways.isOpen(from, to);
        statistics.missedWays += isWay ? 0 : 1;
        return isWay;
    }

    /** A frame leaves an end; true if a fault has taken it. */
    boolean onSend(final int from, final int to, final DirectBuffer buffer, final int offset, final int length) {
        final Command command = Command.ofCode(buffer.getByte(offset + HeaderFlyweight.COMMAND_OFFSET) & 0xff);
        if (command == Command.REQUEST_CHECKPOINT) {
            view.wrap(buffer, offset, length);
            receivers[from][chunk.wrap(view, 0).group()].isActive = true;
        } else if (command == Command.REQUEST_CHUNK) {
            view.wrap(buffer, offset, length);
            onRequest(from, to, chunk.wrap(view, 0));
            return !ways.isOpen(from, to);
        } else if (command == Command.CHUNK) {
            view.wrap(buffer, offset, length);
            statistics.refusals += chunk.wrap(view, 0).code() != TransferCode.OK ? 1 : 0;
            return !ways.isOpen(from, to)
                    || isCut(from, to, length)
                    || isLie(from, to, length)
                    || isDripping(from, to, length);
        }
        return false;
    }

    void onEvent(final int replica, final int group, final TraceEvent event) {
        if (event == TraceEvent.STATE_SYNC_INSTALLED) {
            for (final DamagedSector rotten : receivers[replica][group].rotten) {
                if (cluster.replica(replica).disk(group).isDamaged(rotten)) {
                    cluster.auditors().snapshots.onInstalledOver(replica, group, rotten);
                }
            }
        }
        if (event == TraceEvent.STATE_SYNC_INSTALLED || event == TraceEvent.STATE_SYNC_GIVEN_UP) {
            receivers[replica][group] = new Receiver();
        }
    }

    /** A process ends. */
    void onKilled(final int replica) {
        boolean isReceiver = false;
        boolean isServer = false;
        for (int r = 0; r < receivers.length; r++) {
            for (int group = 0; group < receivers[r].length; group++) {
                final Receiver receiver = receivers[r][group];
                isReceiver |= r == replica && receiver.isActive;
                isServer |= receiver.isActive && receiver.peer == replica;
                if (r == replica) {
                    receivers[r][group] = new Receiver();
                }
            }
        }
        statistics.receiverCrashes += isReceiver ? 1 : 0;
        statistics.serverCrashes += isServer ? 1 : 0;
    }

    private void onRequest(final int from, final int to, final ChunkFlyweight wanted) {
        if (wanted.kind() == ChunkFlyweight.ACCUSED) {
            statistics.accusations++;
            return;
        }
        final Receiver receiver = receivers[from][wanted.group()];
        if (receiver.isActive) {
            statistics.peerChanges += receiver.peer != NOBODY && receiver.peer != to ? 1 : 0;
            final boolean isRetarget = receiver.target != 0 && receiver.target != wanted.op();
            statistics.retargets += isRetarget ? 1 : 0;
            receiver.hasLooked |= isRetarget || wanted.kind() == ChunkFlyweight.SEGMENT;
            receiver.peer = to;
            receiver.target = wanted.op();
        }
        for (int i = 0; i < armed.size(); ) {
            final Armed next = armed.get(i);
            // Only files of segments rot here; the request of another one is not counted.
            final boolean isOfIt = switch (next.point.kind()) {
                case PEERS_ROT -> wanted.kind() == ChunkFlyweight.SEGMENT;
                // With the first snapshot it begins: the receiver has not looked at the files that it lists. One that
                // it has found to be right it does not read again for a newer checkpoint.
                case RECEIVER_ROT ->
                    wanted.kind() == ChunkFlyweight.SNAPSHOT && receiver.isActive && !receiver.hasLooked;
                default -> true;
            };
            // One frame is cut at a time; the next one waits for a request of its own.
            final boolean isBusy = next.point.kind() == TransferPoint.Kind.CUT && cut != null
                    || next.point.kind() == TransferPoint.Kind.LIE && lie != null;
            if (isOfIt && !isBusy && --next.left <= 0) {
                armed.remove(i);
                strike(next.point, from, to, wanted);
            } else {
                i++;
            }
        }
    }

    private void strike(final TransferPoint point, final int receiver, final int server, final ChunkFlyweight wanted) {
        final int group = wanted.group();
        cluster.trace().add(16L << 32 | (long) point.kind().ordinal() << 16 | receiver << 8 | server, point.request());
        switch (point.kind()) {
            case CUT -> {
                cut = point;
                cutFrom = server;
                cutTo = receiver;
            }
            case LIE -> {
                lie = point;
                lieFrom = server;
                lieTo = receiver;
            }
            case STALL -> stall(point, receiver, server);
            case DRIP -> {
                final long rate = drips.begin(point, server, receiver);
                note(
                        server,
                        0,
                        "its answers to replica " + receiver + " arrive at " + rate + " bytes a second for "
                                + point.durationNs() / 1_000_000 + " ms");
            }
            case NO_WAY -> loseWays(point, receiver, server);
            case RECEIVER_CRASH ->
                cluster.queue().after(0, () -> cluster.crashes().aim(receiver, point.crash()));
            case SERVER_CRASH ->
                cluster.queue().after(0, () -> cluster.crashes().aim(server, point.crash()));
            case RECEIVER_FULL -> {
                statistics.fullReceivers++;
                note(receiver, group, "runs short of space while it fetches a checkpoint");
                diskFaults.strike(new DiskFaultPoint(
                        point.permille(),
                        receiver,
                        group,
                        DiskFaultPoint.Kind.FULL,
                        point.place(),
                        point.durationNs()));
            }
            case PEERS_ROT -> {
                final String name =
                        new SegmentKey(wanted.namespace(), wanted.incarnation(), wanted.baseOffset()).fileName();
                cluster.queue().after(0, () -> rot(point, receiver, group, name));
            }
            case RECEIVER_ROT -> cluster.queue().after(0, () -> rotReceiver(point, receiver, group));
        }
    }

    private void stall(final TransferPoint point, final int receiver, final int server) {
        statistics.stalls++;
        note(
                server,
                0,
                "its answers to replica " + receiver + " do not arrive for " + point.durationNs() / 1_000_000 + " ms");
        cluster.network().filter(server, receiver, Command.CHUNK, true);
        cluster.queue().after(point.durationNs(), () -> {
            if (cluster.isStorm()) {
                cluster.network().filter(server, receiver, Command.CHUNK, false);
            }
        });
    }

    private void loseWays(final TransferPoint point, final int receiver, final int server) {
        final boolean isOfAll = (point.place() & 3) == 0;
        for (int peer = 0; peer < receivers.length; peer++) {
            if (peer == server || isOfAll && peer != receiver) {
                statistics.lostWays++;
                ways.close(receiver, peer, point.durationNs());
                note(
                        receiver,
                        0,
                        "nothing carries files between it and replica " + peer + " for "
                                + point.durationNs() / 1_000_000 + " ms");
            }
        }
    }

    private void rot(final TransferPoint point, final int receiver, final int group, final String name) {
        int rotten = 0;
        for (int i = 1; i < receivers.length && cluster.isStorm(); i++) {
            final int peer = (receiver + i) % receivers.length;
            final DiskFaultPoint ofPeer = new DiskFaultPoint(
                    point.permille(),
                    peer,
                    group,
                    DiskFaultPoint.Kind.SEGMENT_ROT,
                    // A chunk is some sectors: the next peer has it in another one, where the file has more of them.
                    (point.place() >>> 8) + i * 7L * chunkSectors,
                    0);
            rotten += diskFaults.rot(ofPeer, name) != null ? 1 : 0;
        }
        statistics.rottenPeers += rotten;
        statistics.rottenInTurn += Math.max(0, rotten - 1);
    }

    private void rotReceiver(final TransferPoint point, final int receiver, final int group) {
        for (int i = 0; i < RECEIVER_FILES && cluster.isStorm(); i++) {
            final DiskFaultPoint ofFile = new DiskFaultPoint(
                    point.permille(),
                    receiver,
                    group,
                    DiskFaultPoint.Kind.SEGMENT_ROT,
                    (point.place() >>> 8) + i * 7L * chunkSectors,
                    0);
            final DamagedSector rotten = diskFaults.rotSegment(ofFile);
            if (rotten != null) {
                statistics.rottenReceivers++;
                receivers[receiver][group].rotten.add(rotten);
            }
        }
    }

    /** The bytes that arrive are a prefix of a frame, and the connection ends with them. */
    private boolean isCut(final int from, final int to, final int length) {
        if (cut == null || from != cutFrom || to != cutTo || cluster.network().isLost(from, to, Command.CHUNK)) {
            return false;
        }
        final byte[] prefix = new byte[1 + (int) (cut.place() % (length - 1))];
        view.getBytes(0, prefix);
        cut = null;
        statistics.cuts++;
        note(from, 0, "its answer to replica " + to + " is cut after " + prefix.length + " of " + length + " bytes");
        cluster.network().sendBytes(from, to, prefix);
        return true;
    }

    /** A valid frame in place of the one at hand, of which a byte is another, or that is shorter or longer. */
    private boolean isLie(final int from, final int to, final int length) {
        final int bodyLength = length - HeaderFlyweight.HEADER_LENGTH;
        if (lie == null || from != lieFrom || to != lieTo || bodyLength == 0) {
            return false;
        }
        final int at = (int) ((lie.place() >>> 1) % bodyLength);
        final int room = cluster.options().cluster().prepareSizeMax() - length;
        final boolean isLong = (lie.place() >>> 40 & 3) == 0 && room > 0;
        final boolean isShort = !isLong && (lie.place() & 1) == 0 && at > 0;
        final int toldLength = isLong ? bodyLength + 1 + at % room : isShort ? at : bodyLength;
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH + toldLength];
        view.getBytes(0, bytes, 0, Math.min(bytes.length, length));
        final UnsafeBuffer frame = new UnsafeBuffer(bytes);
        final ChunkFlyweight told = new ChunkFlyweight().wrap(frame, 0);
        if (toldLength == bodyLength) {
            bytes[HeaderFlyweight.HEADER_LENGTH + at] ^= 1;
        } else {
            frame.putInt(HeaderFlyweight.SIZE_OFFSET, bytes.length, ByteOrder.LITTLE_ENDIAN);
            told.length(toldLength);
        }
        told.seal(checksum);
        lie = null;
        statistics.lies++;
        statistics.oversizeLies += isLong ? 1 : 0;
        note(
                from,
                told.group(),
                "its answer to replica " + to
                        + (toldLength == bodyLength ? " has another byte among " : " has " + toldLength + " for ")
                        + bodyLength + " bytes");
        cluster.network().send(from, to, frame, 0, bytes.length);
        return true;
    }

    private boolean isDripping(final int from, final int to, final int length) {
        final boolean isDripping = drips.onPiece(from, to, view, length);
        statistics.drippedPieces += isDripping ? 1 : 0;
        return isDripping;
    }

    private void note(final int replica, final int group, final String text) {
        cluster.narrate(Note.FAULT, replica, group, () -> text);
    }
}
