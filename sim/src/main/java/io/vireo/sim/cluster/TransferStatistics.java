package io.vireo.sim.cluster;

/** What state synchronizations have met. One thread. */
public final class TransferStatistics {
    /** Answers of which a prefix arrived before the connection broke, by intent. */
    public long cuts;
    /** Answers with other bytes than the file has, or fewer or more than were asked for, by intent. */
    public long lies;
    /** Of these, answers with more bytes than were asked for. */
    public long oversizeLies;
    /** Answers that arrived a few bytes at a time, by intent. */
    public long drippedPieces;
    /** Ways for pieces of files between two replicas that were gone for a while, by intent. */
    public long lostWays;
    /** Times that a replica looked whether a way carries pieces of files to another one, and there was none. */
    public long missedWays;
    /** Times that a replica looked at a link to a receiver, and found that it had enough to carry. */
    public long crowded;
    /** Times that a peer was told that a chunk of its came wrong. */
    public long accusations;
    /** Peers whose answers did not arrive for a while, by intent. */
    public long stalls;
    /** Receivers that ran short of space, by intent. */
    public long fullReceivers;
    /** Peers whose copy of the file that was asked for has rotted, by intent. */
    public long rottenPeers;
    /** Of these, those with another one beside it that has rotted in another place of the same file. */
    public long rottenInTurn;
    /** Files of receivers that rotted when the receiver was about to look whether it has them, by intent. */
    public long rottenReceivers;
    /** Processes that ended while they fetched a checkpoint, and peers that did while they were asked for pieces. */
    public long receiverCrashes;

    public long serverCrashes;
    /** Requests for a piece that a peer did not have, or had no more. */
    public long refusals;
    /** Requests to another peer than the one before, in one synchronization. */
    public long peerChanges;
    /** Synchronizations that went over to a newer checkpoint, because nobody had the one that they had begun with. */
    public long retargets;
}
