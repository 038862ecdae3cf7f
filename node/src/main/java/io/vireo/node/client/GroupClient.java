package io.vireo.node.client;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.util.Invariant;
import io.vireo.node.port.RandomSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client's dealings with one group: its sessions, its reads, and what waits for room in a session's window. Requests fill one session
 * until its window is full, so that they travel in few frames. Owned by the I/O thread of one {@link VireoClient}.
 */
final class GroupClient {
    /** The client, seen from a group. */
    interface Owner {
        boolean send(int replica, int group, DirectBuffer frame, int offset, int length);

        /** See {@link FramePort#isFull}. */
        boolean isFull(int replica, int group);

        /** Delivers an outcome to its caller. */
        void complete(
                Submission submission,
                Outcome outcome,
                int status,
                long op,
                DirectBuffer reply,
                int offset,
                int length);

        /** Draws half of a client id. */
        long newClientId();
    }

    /** A session and who waits for its requests, by number modulo the window. */
    private final class Lane implements ClientSession.Port {
        final ClientSession session;
        private final Submission[] submissions = new Submission[context.window()];

        Lane(final long clientLo, final long clientHi) {
            session = new ClientSession(context, clientLo, clientHi, group, random, this);
            session.onView(view, nowNs);
        }

        void submit(final Submission submission) {
            wrapper.wrap(submission.body);
            final long request =
                    session.submit(submission.operation, submission.namespace, 0, wrapper, 0, submission.body.length);
            submissions[(int) (request % submissions.length)] = submission;
        }

        @Override
        public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
            return owner.send(replica, group, frame, offset, length);
        }

        @Override
        public boolean isFull(final int replica) {
            return owner.isFull(replica, group);
        }

        @Override
        public void onOutcome(
                final long request,
                final Outcome outcome,
                final int status,
                final long op,
                final DirectBuffer reply,
                final int offset,
                final int length) {
            final int slot = (int) (request % submissions.length);
            final Submission submission = submissions[slot];
            submissions[slot] = null;
            owner.complete(submission, outcome, status, op, reply, offset, length);
        }
    }

    /** The port of the reads. */
    private final class ReadLane implements ClientReads.Port {
        @Override
        public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
            return owner.send(replica, group, frame, offset, length);
        }

        @Override
        public boolean isFull(final int replica) {
            return owner.isFull(replica, group);
        }

        @Override
        public void onRead(
                final long readNumber,
                final Outcome outcome,
                final int status,
                final long commitMin,
                final DirectBuffer answer,
                final int offset,
                final int length) {
            owner.complete(waitingReads.remove(readNumber), outcome, status, commitMin, answer, offset, length);
        }
    }

    private final ClientContext context;
    private final int group;
    private final int lanesMax;
    private final RandomSource random;
    private final Owner owner;
    private final List<Lane> lanes = new ArrayList<>();
    private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
    private final ClientReads reads;
    private final Map<Long, Submission> waitingReads = new HashMap<>();
    private final UnsafeBuffer wrapper = new UnsafeBuffer(0, 0);

    private Lane current;
    private long view;
    private long nowNs;

    GroupClient(
            final ClientContext context,
            final int group,
            final int lanesMax,
            final RandomSource random,
            final Owner owner,
            final long nowNs) {
        this.context = context;
        this.group = group;
        this.lanesMax = lanesMax;
        this.random = random;
        this.owner = owner;
        this.nowNs = nowNs;
        this.reads = new ClientReads(context, owner.newClientId(), owner.newClientId(), group, random, new ReadLane());
    }

    void submit(final Submission submission, final long now) {
        nowNs = now;
        if (submission.read != null) {
            if (reads.room() == 0) {
                owner.complete(submission, Outcome.NOT_APPLIED, ReplyStatus.BUSY, 0, wrapper, 0, 0);
            } else {
                final long number = reads.submit(
                        submission.namespace,
                        submission.consistency.code(),
                        submission.replica,
                        submission.body,
                        now,
                        submission.deadlineNs);
                waitingReads.put(number, submission);
            }
        } else {
            waiting.add(submission);
        }
    }

    void onReply(
            final long clientLo, final long clientHi, final UnsafeBuffer buffer, final int offset, final long now) {
        nowNs = now;
        for (int i = 0; i < lanes.size(); i++) {
            final ClientSession session = lanes.get(i).session;
            if (session.clientLo() == clientLo && session.clientHi() == clientHi) {
                session.onReply(buffer, offset, now);
                return;
            }
        }
    }

    void onReadReply(final UnsafeBuffer buffer, final int offset, final long now) {
        nowNs = now;
        reads.onReply(buffer, offset, now);
    }

    void onView(final long started, final long now) {
        nowNs = now;
        if (started > view) {
            view = started;
            for (final Lane lane : lanes) {
                lane.session.onView(started, now);
            }
            reads.onView(started, now);
        }
    }

    void onDisconnected(final int replica, final long now) {
        nowNs = now;
        for (final Lane lane : lanes) {
            lane.session.onDisconnected(replica, now);
        }
        reads.onDisconnected(replica, now);
    }

    void poll(final long now) {
        nowNs = now;
        dropEnded();
        while (!waiting.isEmpty() && hasRoom()) {
            current.submit(waiting.remove());
        }
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).session.poll(now);
        }
        reads.poll(now);
    }

    long delayNs(final long now) {
        long delay = reads.delayNs(now);
        for (int i = 0; i < lanes.size(); i++) {
            delay = Math.min(delay, lanes.get(i).session.delayNs(now));
        }
        return delay;
    }

    /** Every request and read gets its outcome. */
    void close() {
        for (final Lane lane : lanes) {
            lane.session.close();
        }
        lanes.clear();
        while (!waiting.isEmpty()) {
            owner.complete(waiting.remove(), Outcome.NOT_APPLIED, ReplyStatus.RETRY, 0, wrapper, 0, 0);
        }
        reads.close();
        Invariant.check(waitingReads.isEmpty(), "every read has an outcome");
    }

    private void dropEnded() {
        for (int i = lanes.size() - 1; i >= 0; i--) {
            if (lanes.get(i).session.stage() == ClientSession.Stage.ENDED) {
                current = lanes.get(i) == current ? null : current;
                lanes.remove(i);
            }
        }
    }

    /** Makes {@link #current} a session with room; false if all windows are full. */
    private boolean hasRoom() {
        if (current != null && current.session.room() > 0) {
            return true;
        }
        Lane roomiest = null;
        for (int i = 0; i < lanes.size(); i++) {
            final Lane lane = lanes.get(i);
            if (lane.session.room() > (roomiest == null ? 0 : roomiest.session.room())) {
                roomiest = lane;
            }
        }
        if (roomiest == null && lanes.size() < lanesMax) {
            roomiest = new Lane(owner.newClientId(), owner.newClientId());
            lanes.add(roomiest);
        }
        if (roomiest != null) {
            current = roomiest;
        }
        return roomiest != null;
    }
}
