package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.PollStart;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permission;
import io.vireo.node.stream.Permissions;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Words of the command line into what the protocol says; what is no such word is a mistake that names the option. */
final class Arguments {
    /** How the protocol says "for ever" and "without limit". */
    static final long UNLIMITED = -1;

    private static final int NAME_MAX = 255;
    private static final long SECOND_US = 1_000_000;

    private Arguments() {}

    /** Digits are a number, all else is a name; {@code name:7} is the name 7. */
    static Identifier identifier(final String what, final String text) {
        if (text.matches("[0-9]+")) {
            try {
                return Identifier.of(Integer.parseUnsignedInt(text));
            } catch (final NumberFormatException e) {
                throw new OperatorException(
                        what + " " + text + ": no number of the protocol is so high; a name of digits is written name:"
                                + text,
                        e);
            }
        }
        return Identifier.of(name(what, text.startsWith("name:") ? text.substring("name:".length()) : text));
    }

    /** A name as it is given to something new. */
    static String name(final String what, final String text) {
        final int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > NAME_MAX) {
            throw new OperatorException(
                    "the name of a " + what + " has 1 to " + NAME_MAX + " bytes, this one " + length);
        }
        return text;
    }

    /** How a poll begins, of {@code --from}. */
    static PollStart start(final String text) {
        final int colon = text.indexOf(':');
        final String kind = colon < 0 ? text : text.substring(0, colon);
        final String value = colon < 0 ? null : text.substring(colon + 1);
        switch (kind) {
            case "first" -> {
                if (value == null) {
                    return PollStart.FIRST;
                }
            }
            case "next" -> {
                if (value == null) {
                    return PollStart.NEXT;
                }
            }
            case "last" -> {
                if (value == null || value.matches("[1-9][0-9]{0,5}")) {
                    return PollStart.LAST;
                }
            }
            case "offset" -> {
                if (value != null && value.matches("[0-9]{1,18}")) {
                    return PollStart.offset(Long.parseLong(value));
                }
            }
            case "timestamp" -> {
                if (value != null) {
                    return PollStart.timestamp(timestampUs(value));
                }
            }
            default -> {
                // Said below, as all that is none of these.
            }
        }
        throw new OperatorException(
                "--from is \"" + text + "\", must be first, next, last, last:COUNT, offset:NUMBER or timestamp:TIME");
    }

    /** The messages of {@code last:COUNT}; 1 where nothing is said. */
    static int lastCount(final String text) {
        return text.startsWith("last:") ? Integer.parseInt(text.substring("last:".length())) : 1;
    }

    private static long timestampUs(final String text) {
        if (text.matches("[0-9]{1,18}")) {
            return Long.parseLong(text);
        }
        try {
            final Instant instant = Instant.parse(text);
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND_US), instant.getNano() / 1_000);
        } catch (final DateTimeException | ArithmeticException e) {
            throw new OperatorException(
                    "--from timestamp:" + text
                            + ": must be microseconds since 1970, or a time like 2026-01-31T12:00:00Z",
                    e);
        }
    }

    /** Microseconds of {@code --expiry}: 0 as the cluster has it. */
    static long expiryUs(final String text) {
        if (text == null) {
            return 0;
        }
        if (text.equals("never")) {
            return UNLIMITED;
        }
        final long unit = switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
            case 's' -> SECOND_US;
            case 'm' -> 60 * SECOND_US;
            case 'h' -> 3_600 * SECOND_US;
            case 'd' -> 86_400 * SECOND_US;
            default -> 0;
        };
        return positive("--expiry", text, 1, unit, "never, or a number with s, m, h or d behind it");
    }

    /** Bytes of {@code --max-size}: 0 as the cluster has it. */
    static long maxSize(final String text) {
        if (text == null) {
            return 0;
        }
        if (text.equals("unlimited")) {
            return UNLIMITED;
        }
        final List<String> units = List.of("KiB", "MiB", "GiB", "TiB");
        for (int i = 0; i < units.size(); i++) {
            if (text.endsWith(units.get(i))) {
                return positive("--max-size", text, units.get(i).length(), 1L << 10 * (i + 1), sizes());
            }
        }
        return positive("--max-size", text, 0, 1, sizes());
    }

    private static String sizes() {
        return "unlimited, or a number of bytes, KiB, MiB, GiB or TiB allowed behind it";
    }

    private static long positive(
            final String option, final String text, final int unitLength, final long unit, final String rule) {
        try {
            final long number = Long.parseLong(text.substring(0, text.length() - unitLength));
            if (number > 0 && unit > 0) {
                return Math.multiplyExact(number, unit);
            }
        } catch (final NumberFormatException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new OperatorException(option + " is \"" + text + "\", must be " + rule, e);
        }
        throw new OperatorException(option + " is \"" + text + "\", must be " + rule);
    }

    /** Global permissions of {@code --permissions}: none at all where nothing is said. */
    static Optional<Permissions> permissions(final List<String> words) {
        if (words == null) {
            return Optional.empty();
        }
        int set = 0;
        for (final String word : words) {
            if (word.equals("all")) {
                set |= Permissions.ALL.global();
            } else {
                set |= permission(word).bit();
            }
        }
        return Optional.of(new Permissions(set, new TreeMap<>()));
    }

    private static Permission permission(final String word) {
        return Arrays.stream(Permission.values())
                .filter(each -> word(each).equals(word))
                .findFirst()
                .orElseThrow(() -> new OperatorException("--permissions: there is no \"" + word + "\", only all, "
                        + Arrays.stream(Permission.values())
                                .map(Arguments::word)
                                .collect(Collectors.joining(", "))));
    }

    private static String word(final Permission permission) {
        return permission.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
