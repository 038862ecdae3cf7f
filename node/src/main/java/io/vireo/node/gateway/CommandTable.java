package io.vireo.node.gateway;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.Request;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** What is done for each command of the protocol: one row each, by areas. */
final class CommandTable {
    private final Map<CommandCode, BiConsumer<Request, Exchange>> rows = new EnumMap<>(CommandCode.class);

    CommandTable(final Gateway gateway, final GroupAccess access, final GatewayPorts ports) {
        final Passwords passwords = new Passwords(gateway, ports.passwords());
        new SystemHandlers(gateway, access, ports).addTo(this);
        new LoginHandlers(access, passwords, ports).addTo(this);
        new UserHandlers(access, passwords).addTo(this);
        new StreamHandlers(gateway, access, ports.figures()).addTo(this);
        new TopicHandlers(gateway, access, ports.figures()).addTo(this);
        new SendHandlers(gateway, access, ports.random()).addTo(this);
        new PollHandlers(gateway, access).addTo(this);
        new OffsetHandlers(gateway, access).addTo(this);
        new GroupHandlers(gateway, access).addTo(this);
        for (final CommandCode command : CommandCode.values()) {
            if (!rows.containsKey(command)) {
                throw new IllegalStateException("nothing is done for " + command);
            }
        }
    }

    <R extends Request> void add(
            final CommandCode command, final Class<R> shape, final BiConsumer<R, Exchange> handler) {
        if (rows.put(command, (request, exchange) -> handler.accept(shape.cast(request), exchange)) != null) {
            throw new IllegalStateException("two things are done for " + command);
        }
    }

    void begin(final Request request, final Exchange exchange) {
        rows.get(request.command()).accept(request, exchange);
    }
}
