package io.vireo.node.gateway.service;

import io.vireo.node.gateway.ClusterView;
import io.vireo.node.iggy.ClusterRecord;
import io.vireo.node.iggy.ClusterRecord.Health;
import io.vireo.node.iggy.ClusterRecord.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** The nodes as the cluster file names them, with what is known here of who leads and who is heard. */
public final class ClusterMembers implements ClusterView {
    /** Instead of a node that leads, where none is known. */
    public static final int NO_LEADER = -1;

    /**
     * Where clients reach a node.
     *
     * @param host address or name.
     * @param clientPort 0 if it serves no clients.
     */
    public record Member(String name, String host, int clientPort) {}

    private final String name;
    private final List<Member> members;
    private final IntSupplier leader;
    private final HeardNodes heard;

    /**
     * @param members by index of the replica.
     * @param leader index of the primary of group 0, or {@link #NO_LEADER}.
     */
    public ClusterMembers(
            final String name, final List<Member> members, final IntSupplier leader, final HeardNodes heard) {
        this.name = name;
        this.members = List.copyOf(members);
        this.leader = leader;
        this.heard = heard;
    }

    @Override
    public ClusterRecord cluster() {
        final int leads = leader.getAsInt();
        final List<ClusterRecord.Node> nodes = new ArrayList<>();
        for (int node = 0; node < members.size(); node++) {
            final Member member = members.get(node);
            nodes.add(new ClusterRecord.Node(
                    member.name(),
                    member.host(),
                    member.clientPort(),
                    0,
                    0,
                    0,
                    node == leads ? Role.LEADER : Role.FOLLOWER,
                    heard.isHeard(node) ? Health.HEALTHY : Health.UNREACHABLE));
        }
        return new ClusterRecord(name, nodes);
    }
}
