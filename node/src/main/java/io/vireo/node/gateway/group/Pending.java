package io.vireo.node.gateway.group;

/** How many requests and reads have no outcome yet, of all groups together; passive. */
final class Pending {
    int count;
}
