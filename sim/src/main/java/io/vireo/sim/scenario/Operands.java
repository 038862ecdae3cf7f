package io.vireo.sim.scenario;

import io.vireo.journal.message.Command;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.sim.storage.DiskCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Understands the parts of which statements are made: ends, links, frames, texts, numbers. Refuses what the scenario's cluster does not have. */
final class Operands {
    private static final int SIZE_MAX = 14_000;

    private final int replicas;
    private final int clients;

    Operands(final int replicas, final int clients) {
        this.replicas = replicas;
        this.clients = clients;
    }

    static List<String> rest(final Words words, final String expected) {
        final List<String> rest = new ArrayList<>();
        do {
            rest.add(words.next(expected));
        } while (!words.isDone());
        return rest;
    }

    LinkPattern pattern(final Words words, final boolean isOptional) {
        if (isOptional && words.isDone()) {
            return new LinkPattern(LinkPattern.ANY, LinkPattern.ANY, null, Map.of());
        }
        final LinkPattern link = linkPattern(words);
        Command command = null;
        final Map<String, String> fields = new LinkedHashMap<>();
        if (!words.isDone() && words.peek().indexOf('=') < 0) {
            command = command(words);
        }
        while (!words.isDone()) {
            final String[] pair = pair(words, "FIELD=VALUE of the frame");
            fields.put(pair[0], pair[1]);
        }
        return new LinkPattern(link.from(), link.to(), command, Map.copyOf(fields));
    }

    private static Command command(final Words words) {
        final String word = words.next("a command such as PREPARE");
        for (final Command command : Command.values()) {
            if (command.name().equals(word)) {
                return command;
            }
        }
        throw words.unexpected(
                "a command: " + Arrays.stream(Command.values()).map(Enum::name).collect(Collectors.joining(", ")),
                word);
    }

    LinkPattern linkPattern(final Words words) {
        final String word = words.next("a link such as r0->r1 or r0->*");
        final int arrow = word.indexOf("->");
        if (arrow < 0) {
            throw words.unexpected("a link such as r0->r1 or r0->*", word);
        }
        return new LinkPattern(
                endOfLink(words, word.substring(0, arrow)),
                endOfLink(words, word.substring(arrow + 2)),
                null,
                Map.of());
    }

    private int endOfLink(final Words words, final String name) {
        return name.equals("*") ? LinkPattern.ANY : end(words, name, "r0, c0 or *");
    }

    Predicate<Integer> ends(final Words words) {
        if (words.isDone()) {
            return end -> true;
        }
        final Set<Integer> ends = new HashSet<>();
        while (!words.isDone()) {
            ends.add(end(words, "r0 or c0"));
        }
        return ends::contains;
    }

    int end(final Words words, final String expected) {
        return end(words, words.next(expected), expected);
    }

    private int end(final Words words, final String name, final String expected) {
        if (name.matches("r[0-9]") && name.charAt(1) - '0' < replicas) {
            return name.charAt(1) - '0';
        }
        if (name.matches("c[0-9]") && name.charAt(1) - '0' < clients) {
            return replicas + name.charAt(1) - '0';
        }
        throw words.unexpected(expected + " (there are " + replicas + " replicas and " + clients + " clients)", name);
    }

    int replica(final Words words) {
        final String name = words.next("a replica such as r0");
        final int end = end(words, name, "a replica such as r0");
        if (end >= replicas) {
            throw words.unexpected("a replica such as r0", name);
        }
        return end;
    }

    int client(final Words words) {
        final String name = words.next("a client such as c0");
        final int end = end(words, name, "a client such as c0");
        if (end < replicas) {
            throw words.unexpected("a client such as c0", name);
        }
        return end - replicas;
    }

    static String text(final Words words) {
        final String expected = "the text of a request, 1 to 40 of A-Z, a-z, 0-9, '_', '.'";
        final String word = words.next(expected);
        if (!word.matches("[A-Za-z0-9_.]{1,40}")) {
            throw words.unexpected(expected, word);
        }
        return word;
    }

    static SectorTarget target(final Words words) {
        final String expected = "op N, mark [N] or superblock [COPY]";
        final String word = words.next(expected);
        switch (word) {
            case "op":
                return new SectorTarget(SectorTarget.Kind.OP, words.number("an op"));
            case "mark":
                return new SectorTarget(SectorTarget.Kind.MARK, optional(words, 1));
            case "superblock":
                return new SectorTarget(
                        SectorTarget.Kind.SUPERBLOCK, optional(words, DataFileLayout.SUPERBLOCK_COPIES - 1));
            default:
                throw words.unexpected(expected, word);
        }
    }

    private static int optional(final Words words, final int max) {
        return words.peek().matches("[0-9]+") ? range(words, "a number from 0 to " + max, 0, max) : -1;
    }

    static int range(final Words words, final String expected, final int min, final int max) {
        final long number = words.number(expected);
        if (number < min || number > max) {
            throw words.unexpected(expected, Long.toString(number));
        }
        return (int) number;
    }

    static long duration(final Words words) {
        final String word = words.next("a duration such as 100ms or 2s");
        if (!word.matches("[0-9]{1,6}(ms|s)")) {
            throw words.unexpected("a duration such as 100ms or 2s", word);
        }
        final boolean isMillis = word.endsWith("ms");
        final long number = Long.parseLong(word.substring(0, word.length() - (isMillis ? 2 : 1)));
        return number * (isMillis ? 1_000_000L : 1_000_000_000L);
    }

    static String[] pair(final Words words, final String expected) {
        final String word = words.next(expected);
        final int equals = word.indexOf('=');
        if (equals <= 0 || equals == word.length() - 1) {
            throw words.unexpected(expected, word);
        }
        return new String[] {word.substring(0, equals), word.substring(equals + 1)};
    }

    static DiskCall diskCall(final Words words, final String expected) {
        final String word = words.next(expected);
        return switch (word) {
            case "reads" -> DiskCall.READ;
            case "writes" -> DiskCall.WRITE;
            case "syncs" -> DiskCall.SYNC;
            default -> throw words.unexpected(expected, word);
        };
    }

    /** Bytes of a request's body if they are given, else 0. */
    static int size(final Words words) {
        if (words.isDone()) {
            return 0;
        }
        final String[] pair = pair(words, "size=BYTES");
        if (!pair[0].equals("size") || !pair[1].matches("[0-9]{1,5}") || Integer.parseInt(pair[1]) > SIZE_MAX) {
            throw words.unexpected("size= up to " + SIZE_MAX, pair[0] + "=" + pair[1]);
        }
        return Integer.parseInt(pair[1]);
    }
}
