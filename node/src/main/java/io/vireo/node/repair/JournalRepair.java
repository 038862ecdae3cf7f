package io.vireo.node.repair;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.HeadersFlyweight;
import io.vireo.node.message.RequestHeadersFlyweight;
import io.vireo.node.message.RequestPrepareFlyweight;
import io.vireo.node.port.RandomSource;

/**
 * Fetches what a log lacks: first headers, then prepares, lowest first. A header is believed because the header above it names its
 * checksum (holes below a StartView's suffix), or, above the own head, because a replica that is in the same view holds it on top of
 * our head: within a view the log does not branch. A prepare is believed by its checksum alone. Only a replica in NORMAL repairs.
 */
public final class JournalRepair {
    /** Prepares asked for at a time. */
    private static final int INFLIGHT_MAX = 16;
    /** Entries looked at per round, so that a long log does not stall a turn. */
    private static final int SCAN_MAX = 1024;
    /** Times that a request takes to expire, after which one that is silent is asked again. */
    private static final int SILENCE_EXPIRIES = 2;

    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private final PrepareCache cache;
    private final RepairPeers peers;
    private final RepairBudget budget;
    private final TraceSink trace;
    private final int headersMax;
    private final Checksum checksum = new Checksum();
    private final RequestHeadersFlyweight requestHeaders = new RequestHeadersFlyweight();
    private final RequestPrepareFlyweight requestPrepare = new RequestPrepareFlyweight();
    private final PrepareFlyweight header = new PrepareFlyweight();
    private long targetOp;
    /** When the headers under way were asked for, and of whom; {@link RepairBudget#NOBODY}: none are. */
    private long headersSentAtNs;

    private int headersPeer = RepairBudget.NOBODY;

    public JournalRepair(
            final ReplicaState state,
            final PrepareJournal journal,
            final EffectQueue effects,
            final PrepareCache cache,
            final RandomSource random,
            final TraceSink trace,
            final int headersMax,
            final long expiryNs) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.cache = cache;
        this.peers = new RepairPeers(state, random, SILENCE_EXPIRIES * expiryNs);
        this.budget = new RepairBudget(INFLIGHT_MAX, expiryNs);
        this.trace = trace;
        this.headersMax = headersMax;
    }

    /** A view was started or joined; what was asked before is void. */
    public void reset() {
        budget.clear();
        peers.clear();
        targetOp = 0;
        headersPeer = RepairBudget.NOBODY;
    }

    /** The log of the present view is known to reach at least this op. */
    public void onLogReaches(final long op) {
        targetOp = Math.max(targetOp, op);
    }

    /** True if nothing that is known to exist is missing here. */
    public boolean isComplete() {
        return journal.head() >= targetOp && journal.ackableOp() >= journal.head();
    }

    /** Asks for what is missing, within the budget; called by the repair timeout and whenever an answer has come. */
    public void request() {
        if (state.replicas() == 1) {
            return;
        }
        expire();
        if (isComplete()) {
            return;
        }
        writeCached();
        requestHeaders();
        requestPrepares();
    }

    private void expire() {
        budget.expire(state.nowNs(), peers);
        if (headersPeer != RepairBudget.NOBODY && state.nowNs() - headersSentAtNs >= budget.expiryNs()) {
            peers.onExpired(headersPeer, headersSentAtNs);
            headersPeer = RepairBudget.NOBODY;
        }
    }

    private void requestHeaders() {
        if (headersPeer != RepairBudget.NOBODY) {
            return;
        }
        final long contiguous = journal.contiguousHeaders();
        if (contiguous < journal.head()) {
            // The hole nearest to the head: its upper end is named by the header above it, or, for a head that lost its
            // own, by the journal.
            long missing = journal.head();
            while (missing > contiguous + 1 && journal.hasHeader(missing)) {
                missing--;
            }
            sendRequestHeaders(Math.max(contiguous + 1, missing - headersMax + 1), missing);
        } else if (journal.head() < targetOp) {
            sendRequestHeaders(journal.head() + 1, Math.min(targetOp, journal.head() + headersMax));
        }
    }

    private void requestPrepares() {
        final long contiguous = journal.contiguousHeaders();
        long op = journal.ackableOp() + 1;
        for (int i = 0; i < SCAN_MAX && op <= contiguous && !budget.isFull(); i++, op++) {
            if (isAbsent(journal.state(op))
                    && journal.hasHeader(op)
                    && !isCached(op)
                    && !budget.isRequested(op)
                    && canKeep(op)) {
                sendRequestPrepare(op);
            }
        }
    }

    /** True if this op is of use whenever it comes, also before the one below it. */
    private boolean canKeep(final long op) {
        return cache.hasRoomFor(op, state.commitMin(), journal.ackableOp()) || journal.isWritable(op);
    }

    /**
     * Asks for the ops of a DoViewChange whose entries are damaged here, from whoever has them, in whatever status it is. Story: replica 1
     * lost op 45 to damage, replica 2 never had it, and replica 0, which has it, has lost its own head and must not vote. Neither a nack
     * quorum nor a copy is among the DoViewChanges, and the view never starts, although every op has a good copy.
     */
    public void requestDamaged(final HeaderSuffix suffix) {
        if (state.replicas() == 1) {
            return;
        }
        expire();
        for (int i = 0; i < suffix.count(); i++) {
            final long op = suffix.headOp() - i;
            if (op <= journal.checkpointOp() || op > journal.head()) {
                continue;
            }
            if (!journal.hasHeader(op)) {
                if (journal.hasChecksum(op) && headersPeer == RepairBudget.NOBODY) {
                    sendRequestHeaders(op, op);
                }
            } else if (journal.state(op) == EntryState.FAULTY
                    && !isCached(op)
                    && !budget.isFull()
                    && !budget.isRequested(op)) {
                sendRequestPrepare(op);
            }
        }
    }

    private boolean isCached(final long op) {
        return cache.holds(op, journal.checksumLo(op), journal.checksumHi(op));
    }

    /**
     * A prepare during a view change: kept if it is one of a DoViewChange's ops that is damaged here, so that the next one says it is
     * present. In memory is enough: it is what can be passed on.
     *
     * @return true if it was of use.
     */
    public boolean onPrepareOf(final HeaderSuffix suffix, final PrepareFlyweight prepare) {
        final long op = prepare.op();
        final long below = suffix.headOp() - suffix.count();
        if (op <= Math.max(below, journal.checkpointOp())
                || op > Math.min(suffix.headOp(), journal.head())
                || !journal.hasHeader(op)
                || !journal.matches(op, prepare.checksumLo(), prepare.checksumHi())
                || journal.state(op) != EntryState.FAULTY) {
            return false;
        }
        answered(op);
        return cache.put(prepare, below);
    }

    /** Headers during a view change: those that the log itself names. */
    public void onHeadersBelow(final HeadersFlyweight frame) {
        headersPeer = RepairBudget.NOBODY;
        for (int i = 0; i < frame.headerCount(); i++) {
            repairBelow(header.wrap(frame.buffer(), frame.offset() + HeaderFlyweight.HEADER_LENGTH * (1 + i)));
        }
    }

    /** A HEADERS frame, validated: consecutive ops, newest first, each header intact. Returns true if any was of use. */
    public boolean onHeaders(final HeadersFlyweight frame) {
        headersPeer = RepairBudget.NOBODY;
        boolean isAny = false;
        final int count = frame.headerCount();
        for (int i = 0; i < count; i++) {
            header.wrap(frame.buffer(), frame.offset() + HeaderFlyweight.HEADER_LENGTH * (1 + i));
            isAny |= repairBelow(header);
        }
        if (frame.isNormal() && frame.logView() == state.view() && frame.view() == state.view()) {
            for (int i = count - 1; i >= 0; i--) {
                header.wrap(frame.buffer(), frame.offset() + HeaderFlyweight.HEADER_LENGTH * (1 + i));
                isAny |= extendHead(header);
            }
        }
        if (isAny) {
            peers.onAnswer(frame.replica());
        }
        return isAny;
    }

    /** Believes a header whose identity the log knows: its child names it as its parent, or the journal kept the checksum of its head. */
    private boolean repairBelow(final PrepareFlyweight found) {
        final long op = found.op();
        if (op <= journal.checkpointOp() || op > journal.head() || journal.hasHeader(op)) {
            return false;
        }
        if (!journal.hasChecksum(op)
                || journal.checksumLo(op) != found.checksumLo()
                || journal.checksumHi(op) != found.checksumHi()) {
            return false;
        }
        journal.setHeader(found);
        trace.event(state.group, TraceEvent.HEADER_REPAIRED, state.view(), op);
        return true;
    }

    /** Takes the next header of the present view's log. */
    private boolean extendHead(final PrepareFlyweight found) {
        final long head = journal.head();
        if (found.op() != head + 1
                || journal.contiguousHeaders() < head
                || found.parentLo() != journal.checksumLo(head)
                || found.parentHi() != journal.checksumHi(head)
                || !journal.hasSpaceFor((int) found.size())) {
            return false;
        }
        journal.append(found);
        trace.event(state.group, TraceEvent.HEADER_REPAIRED, state.view(), found.op());
        return true;
    }

    /**
     * A prepare that may fill a hole of the log, whatever view it is from: its checksum says whether it does. One that comes before its turn
     * is kept until then, also if it is applied. Story: ops that came in time were applied from memory while one far below them was not on the disk;
     * it comes, and they are fetched again. One of two peers sends over a path that loses them; who keeps only what follows on the disk asks
     * the other one again and again for the rest.
     *
     * @return true if it was of use, so that something else may be asked for in its place.
     */
    public boolean onPrepare(final PrepareFlyweight prepare) {
        final long op = prepare.op();
        if (op <= journal.checkpointOp()
                || op > journal.head()
                || !journal.hasHeader(op)
                || !journal.matches(op, prepare.checksumLo(), prepare.checksumHi())) {
            return false;
        }
        if (!isAbsent(journal.state(op))) {
            return false;
        }
        answered(op);
        if (!journal.isWritable(op)) {
            return !isCached(op) && cache.put(prepare, state.commitMin(), journal.ackableOp());
        }
        cache.put(prepare, state.commitMin());
        journal.write(op, prepare.buffer(), prepare.offset());
        trace.event(state.group, TraceEvent.PREPARE_REPAIRED, state.view(), op);
        return true;
    }

    /** Writes prepares that arrived before their turn, or before there was staging memory; true if there were any. */
    public boolean writeCached() {
        boolean isAny = false;
        final long last = Math.min(journal.head(), state.commitMin() + cache.span());
        for (long op = journal.ackableOp() + 1; op <= last; op++) {
            // Each turn asks this of every op that is not durable yet. The cache answers first because that costs
            // least.
            if (cache.holdsOp(op)
                    && isAbsent(journal.state(op))
                    && journal.hasHeader(op)
                    && cache.holds(op, journal.checksumLo(op), journal.checksumHi(op))
                    && journal.isWritable(op)) {
                journal.write(op, cache.prepare(op), 0);
                trace.event(state.group, TraceEvent.PREPARE_REPAIRED, state.view(), op);
                isAny = true;
            }
        }
        return isAny;
    }

    private static boolean isAbsent(final EntryState entry) {
        return entry == EntryState.MISSING || entry == EntryState.FAULTY;
    }

    private void answered(final long op) {
        final int peer = budget.release(op);
        if (peer != RepairBudget.NOBODY) {
            peers.onAnswer(peer);
        }
    }

    private void sendRequestHeaders(final long opMin, final long opMax) {
        headersPeer = peers.next();
        headersSentAtNs = state.nowNs();
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        requestHeaders.wrap(effects.arena(), offset);
        requestHeaders.init(
                Command.REQUEST_HEADERS,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.durableView(),
                state.replica,
                state.group);
        requestHeaders.opMin(opMin).opMax(opMax).seal(checksum);
        effects.send(headersPeer, offset, HeaderFlyweight.HEADER_LENGTH);
        trace.event(state.group, TraceEvent.HEADERS_REQUESTED, state.view(), opMax);
    }

    private void sendRequestPrepare(final long op) {
        final int peer = peers.next();
        budget.take(op, peer, state.nowNs());
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        requestPrepare.wrap(effects.arena(), offset);
        requestPrepare.init(
                Command.REQUEST_PREPARE,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.durableView(),
                state.replica,
                state.group);
        requestPrepare
                .prepareChecksum(journal.checksumLo(op), journal.checksumHi(op))
                .op(op)
                .seal(checksum);
        effects.send(peer, offset, HeaderFlyweight.HEADER_LENGTH);
        trace.event(state.group, TraceEvent.PREPARE_REQUESTED, state.view(), op);
    }
}
