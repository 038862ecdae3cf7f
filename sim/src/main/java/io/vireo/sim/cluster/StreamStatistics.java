package io.vireo.sim.cluster;

/** What clients of streams have done and met; all 0 in a run without streams. */
public final class StreamStatistics {
    /** Connections that were made, refused, and broken while they were in use. */
    public long connections;

    public long connectionsRefused;
    public long connectionsBroken;
    /** Requests that gateways handed to a group of another shard of their process. */
    public long handedOver;
    /** Processes that began with another number of shards than the one before had. */
    public long shardChanges;
    /** Answers of gateways to clients, by what they said. */
    public long answersOk;

    public long answersRefused;
    public long answersUnknown;
    public long appended;
    public long acknowledged;
    public long polls;
    public long shown;
    public long offsetsStored;
    public long offsetsAsked;
    public long groupsChecked;
    /** Frames of clients that are no requests, and were refused. */
    public long strangeFrames;
    /** Sends that were refused for good. */
    public long refusals;
    /** Changes of users and their tokens that clients were told of. */
    public long userChanges;

    public long userLogins;
    public long loginsRefused;
    /** Commands of users that were judged by their permissions. */
    public long commandsAllowed;

    public long commandsForbidden;
    /** Of the answers about users, those where the opposite would have been reported. */
    public long certainLogins;

    public long certainLoginsRefused;
    public long certainTokens;
    public long certainTokensRefused;
    public long certainAllowed;
    public long certainForbidden;
    public long certainChanges;
    public long certainChangesRefused;
    /** Answers about users when all was healed, where no other answer was right. */
    public long lastAnswers;
    /** Requests of the log about users in which nobody found a password or token. */
    public long searchedForSecrets;
    /** Lives of partitions that the metadata has ended, and drops that their groups have carried out. */
    public long endedLives;

    public long drops;
    /** Of these, answered to a node that was not the primary of the metadata and found that they had waited for too long. */
    public long lateDrops;
    /** New incarnations of partitions whose group had forgotten whether the one before has ended. */
    public long renewals;
    /** Times at which old segments went. */
    public long forgotten;

    public long placementsChecked;
}
