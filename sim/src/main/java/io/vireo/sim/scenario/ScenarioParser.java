package io.vireo.sim.scenario;

import io.vireo.node.core.Status;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DiskCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Understands scenario files, statement by statement; the language is described in docs/SCENARIOS.md. */
final class ScenarioParser {
    /** The line that ends the script. */
    static final String TRACE = "trace";

    private static final int APPENDS_MAX = 99;

    /** What is seen when a timeout has struck: trace events and commands. */
    private static final Map<String, Set<String>> TIMEOUTS = new TreeMap<>(Map.of(
            "suspicion", Set.of("VIEW_CHANGE_VOTED"),
            "view_change", Set.of("VIEW_CHANGE_VOTED"),
            "vote", Set.of("START_VIEW_CHANGE"),
            "do_view_change", Set.of("DO_VIEW_CHANGE"),
            "start_view", Set.of("REQUEST_START_VIEW"),
            "heartbeat", Set.of("COMMIT"),
            "resend", Set.of("PREPARE_RESENT"),
            "repair", Set.of("REQUEST_HEADERS", "REQUEST_PREPARE"),
            "abdication", Set.of("ABDICATED"),
            "recover", Set.of("RECOVER")));

    private static final List<String> STATEMENTS = List.of(
            "request",
            "append",
            "read",
            "session",
            "deliver",
            "drop",
            "duplicate",
            "delay",
            "garble",
            "settle",
            "cut",
            "mend",
            "tick",
            "run",
            "timeout",
            "disk",
            "crash",
            "restart",
            "corrupt",
            "wipe",
            "recover",
            "format",
            "lose",
            "diverge",
            "expect",
            "converge",
            TRACE);

    private final String file;
    private final String[] lines;
    private ScenarioOptions options;
    private Operands operands;

    ScenarioParser(final String file, final String text) {
        this.file = file;
        lines = text.split("\n", -1);
    }

    Scenario parse() {
        final List<Step> steps = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            final Words words = new Words(file, i + 1, lines[i]);
            if (words.isEmpty()) {
                continue;
            }
            final String verb = words.next("a statement");
            if (options == null) {
                if (!verb.equals("nodes")) {
                    throw words.unexpected("'nodes' as the first statement", verb);
                }
                options = nodes(words);
                operands = new Operands(options.replicas(), options.clients());
                continue;
            }
            if (verb.equals(TRACE)) {
                words.end();
                return scenario(steps, Arrays.asList(lines).subList(i + 1, lines.length), i + 2);
            }
            final Step.Action action = statement(verb, words);
            words.end();
            steps.add(new Step(i + 1, words.text(), action));
        }
        if (options == null) {
            throw new ScenarioException(file, lines.length, "expected 'nodes' as the first statement, found the end");
        }
        return scenario(steps, null, lines.length);
    }

    private Scenario scenario(final List<Step> steps, final List<String> trace, final int traceLine) {
        List<String> expected = trace;
        if (trace != null && !trace.isEmpty() && trace.get(trace.size() - 1).isEmpty()) {
            expected = trace.subList(0, trace.size() - 1);
        }
        final String first = lines[0].strip();
        final String title = first.startsWith("#") ? first.substring(1).strip() : file;
        return new Scenario(file, title, options, steps, expected, traceLine);
    }

    private ScenarioOptions nodes(final Words words) {
        final int replicas = Operands.range(words, "the number of replicas, 1 to 7", 1, 7);
        boolean isCold = false;
        final Map<String, String> found = new LinkedHashMap<>();
        while (!words.isDone()) {
            if (words.accept("cold")) {
                isCold = true;
            } else {
                final String expected = "cold, or clients=, pipeline=, durability=, sessions=, prepare=, wal= or seed=";
                final String[] pair = Operands.pair(words, expected);
                if (!Set.of("clients", "pipeline", "durability", "sessions", "prepare", "wal", "seed")
                        .contains(pair[0])) {
                    throw words.unexpected(expected, pair[0]);
                }
                found.put(pair[0], pair[1]);
            }
        }
        final ScenarioOptions result;
        try {
            result = new ScenarioOptions(
                    replicas,
                    Integer.parseInt(found.getOrDefault("clients", "1")),
                    Integer.parseInt(found.getOrDefault("pipeline", "4")),
                    found.get("durability"),
                    Integer.parseInt(found.getOrDefault("sessions", "16")),
                    Integer.parseInt(found.getOrDefault("prepare", "16384")),
                    Long.parseLong(found.getOrDefault("wal", "1048576")),
                    Long.parseLong(found.getOrDefault("seed", "1")),
                    isCold);
            result.cluster();
        } catch (final NumberFormatException e) {
            throw words.error("expected a number: " + e.getMessage());
        } catch (final IllegalArgumentException e) {
            throw words.error(e.getMessage());
        }
        if (result.clients() < 0 || result.clients() > ScenarioOptions.CLIENTS_MAX) {
            throw words.error("expected 0 to " + ScenarioOptions.CLIENTS_MAX + " clients");
        }
        return result;
    }

    private Step.Action statement(final String verb, final Words words) {
        switch (verb) {
            case "request":
                return request(words);
            case "append":
                return append(words);
            case "read":
                return read(words);
            case "session": {
                final int client = operands.client(words);
                return stage -> stage.session(client);
            }
            case "deliver": {
                final boolean isAll = words.accept("all");
                final LinkPattern pattern = operands.pattern(words, isAll);
                return stage -> stage.deliver(pattern, isAll);
            }
            case "drop": {
                final boolean isAll = words.accept("all");
                final LinkPattern pattern = operands.pattern(words, isAll);
                return stage -> stage.drop(pattern, isAll);
            }
            case "duplicate": {
                final LinkPattern pattern = operands.pattern(words, false);
                return stage -> stage.duplicate(pattern);
            }
            case "delay": {
                final LinkPattern pattern = operands.pattern(words, false);
                return stage -> stage.delay(pattern);
            }
            case "garble": {
                final LinkPattern pattern = operands.pattern(words, false);
                return stage -> stage.garble(pattern);
            }
            case "settle": {
                final Predicate<Integer> ends = operands.ends(words);
                return stage -> stage.settle(ends);
            }
            case "cut":
                return cut(words);
            case "mend": {
                final LinkPattern pattern = operands.linkPattern(words);
                return stage -> stage.mend(pattern);
            }
            case "tick": {
                final int end = operands.end(words, "r0 or c0");
                final long ns = Operands.duration(words);
                return stage -> stage.tick(end, ns);
            }
            case "run": {
                final long ns = Operands.duration(words);
                final Predicate<Integer> ends = operands.ends(words);
                return stage -> stage.run(ns, ends);
            }
            case "timeout": {
                final int replica = operands.replica(words);
                final String expected = "the name of a timeout: " + String.join(", ", TIMEOUTS.keySet());
                final String name = words.next(expected);
                if (!TIMEOUTS.containsKey(name)) {
                    throw words.unexpected(expected, name);
                }
                return stage -> stage.timeout(replica, name, TIMEOUTS.get(name));
            }
            case "disk":
                return disk(words);
            case "crash":
                return crash(words);
            case "restart": {
                final int replica = operands.replica(words);
                return stage -> stage.restart(replica);
            }
            case "corrupt":
                return corrupt(words);
            case "wipe": {
                final int replica = operands.replica(words);
                return stage -> stage.wipe(replica);
            }
            case "recover": {
                final int replica = operands.replica(words);
                final int drawn = Operands.range(words, "a number that tells this life from others, 1 to 999", 1, 999);
                return stage -> stage.recover(replica, drawn);
            }
            case "format": {
                final int replica = operands.replica(words);
                final int drawn = Operands.range(words, "a number that tells this disk from others, 1 to 999", 1, 999);
                return stage -> stage.format(replica, drawn);
            }
            case "lose": {
                final int replica = operands.replica(words);
                final String kind = words.next("segment or snapshot");
                if (!kind.equals("segment") && !kind.equals("snapshot")) {
                    throw words.unexpected("segment or snapshot", kind);
                }
                return stage -> stage.lose(replica, kind + "s/");
            }
            case "diverge": {
                final int replica = operands.replica(words);
                return stage -> stage.diverge(replica);
            }
            case "expect":
                return expect(words);
            case "converge":
                return Stage::converge;
            default:
                throw words.unexpected("one of " + String.join(", ", STATEMENTS), verb);
        }
    }

    private Step.Action cut(final Words words) {
        final LinkPattern pattern = operands.pattern(words, false);
        final String above = pattern.fields().get("above");
        if (above == null) {
            return stage -> stage.cut(pattern, 0);
        }
        if (!above.matches("[0-9]{1,5}")) {
            throw words.unexpected("above=BYTES", "above=" + above);
        }
        final Map<String, String> fields = new LinkedHashMap<>(pattern.fields());
        fields.remove("above");
        final LinkPattern rest = new LinkPattern(pattern.from(), pattern.to(), pattern.command(), Map.copyOf(fields));
        return stage -> stage.cut(rest, Integer.parseInt(above));
    }

    private Step.Action request(final Words words) {
        final int client = operands.client(words);
        final String text = Operands.text(words);
        final int bytes = Operands.size(words);
        return stage -> stage.request(client, text, bytes);
    }

    private Step.Action append(final Words words) {
        final int client = operands.client(words);
        final String text = Operands.text(words);
        final int count = Operands.range(words, "how many, from 1 to " + APPENDS_MAX, 1, APPENDS_MAX);
        final int bytes = Operands.size(words);
        return stage -> stage.append(client, text, count, bytes);
    }

    private Step.Action read(final Words words) {
        final int client = operands.client(words);
        final String kind = words.next("linearizable or committed");
        if (!kind.equals("linearizable") && !kind.equals("committed")) {
            throw words.unexpected("linearizable or committed", kind);
        }
        final int replica = words.isDone() ? -1 : operands.replica(words);
        return stage -> stage.read(client, kind.equals("linearizable"), replica);
    }

    private Step.Action disk(final Words words) {
        final int replica = operands.replica(words);
        final String expected = "hold, release or fail";
        final String what = words.next(expected);
        switch (what) {
            case "fail":
                return stage -> stage.failNextSync(replica);
            case "hold": {
                final List<DiskCall> calls = words.isDone()
                        ? List.of(DiskCall.values())
                        : List.of(Operands.diskCall(words, "reads, writes or syncs"));
                return stage -> calls.forEach(call -> stage.hold(replica, call));
            }
            case "release": {
                if (words.isDone()) {
                    return stage -> stage.releaseAll(replica);
                }
                if (words.peek().endsWith("s")) {
                    final DiskCall call = Operands.diskCall(words, "reads, writes, syncs, op N, mark or superblock");
                    final int max =
                            words.isDone() ? Integer.MAX_VALUE : Operands.range(words, "how many, from 1", 1, 99);
                    return stage -> stage.release(replica, call, max);
                }
                final SectorTarget target = Operands.target(words);
                return stage -> stage.release(replica, target);
            }
            default:
                throw words.unexpected(expected, what);
        }
    }

    private Step.Action crash(final Words words) {
        final int replica = operands.replica(words);
        final String expected = "keep, drop, torn, tail or process";
        final String word = words.next(expected);
        final CrashSpec.Fate fate = switch (word) {
            case "keep" -> CrashSpec.Fate.KEEP;
            case "drop" -> CrashSpec.Fate.DROP;
            case "torn" -> CrashSpec.Fate.TORN;
            case "tail" -> CrashSpec.Fate.TAIL;
            case "process" -> CrashSpec.Fate.PROCESS;
            default -> throw words.unexpected(expected, word);
        };
        final List<SectorTarget> except = new ArrayList<>();
        if (fate == CrashSpec.Fate.KEEP || fate == CrashSpec.Fate.DROP) {
            if (!words.isDone() && !words.accept("except")) {
                throw words.unexpected("except", words.peek());
            }
        }
        while (!words.isDone() && fate != CrashSpec.Fate.PROCESS) {
            except.add(Operands.target(words));
        }
        final CrashSpec spec = new CrashSpec(fate, except);
        return stage -> stage.crash(replica, spec);
    }

    private Step.Action corrupt(final Words words) {
        final int replica = operands.replica(words);
        final SectorTarget target = Operands.target(words);
        int index = -1;
        DamageKind kind = DamageKind.SECTOR;
        boolean isBeyond = false;
        while (!words.isDone()) {
            final String word = words.next("sector N, bit, unreadable or beyond");
            switch (word) {
                case "sector" -> index = Operands.range(words, "the number of a sector, 0 to 7", 0, 7);
                case "bit" -> kind = DamageKind.BIT;
                case "unreadable" -> kind = DamageKind.UNREADABLE;
                case "beyond" -> isBeyond = true;
                default -> throw words.unexpected("sector N, bit, unreadable or beyond", word);
            }
        }
        // A copy of the superblock is gone with its first sector.
        final int sector = index < 0 && target.kind() == SectorTarget.Kind.SUPERBLOCK ? 0 : index;
        final DamageKind damage = kind;
        final boolean isAllowed = isBeyond;
        return stage -> stage.corrupt(replica, target, sector, damage, isAllowed);
    }

    private Step.Action expect(final Words words) {
        final String expected = "r0, reply, read, entry, recovered, spared, message or no message";
        final String what = words.peek();
        switch (what) {
            case "reply": {
                words.next(expected);
                final int client = operands.client(words);
                final String text = Operands.text(words);
                final List<String> rest =
                        Operands.rest(words, "OK, NOT_APPLIED, UNKNOWN or none, and op=, place= or status=");
                return stage -> stage.expectReply(client, text, rest);
            }
            case "read": {
                words.next(expected);
                final int client = operands.client(words);
                final long number = words.number("the number of a read, from 1");
                final List<String> rest =
                        Operands.rest(words, "OK, NOT_APPLIED, UNKNOWN or none, and shows= or status=");
                return stage -> stage.expectRead(client, number, rest);
            }
            case "entry": {
                words.next(expected);
                final int replica = operands.replica(words);
                final long op = words.number("an op");
                final List<String> rest = Operands.rest(words, "the state of an entry, and view=");
                return stage -> stage.expectEntry(replica, op, rest);
            }
            case "recovered": {
                words.next(expected);
                final int replica = operands.replica(words);
                final List<String> rest = Operands.rest(words, "what recovery found, key=value");
                return stage -> stage.expectRecovered(replica, rest);
            }
            case "spared": {
                words.next(expected);
                final int replica = operands.replica(words);
                final SectorTarget target = Operands.target(words);
                return stage -> stage.expectSpared(replica, target);
            }
            case "message", "no": {
                final boolean isExpected = !words.accept("no");
                if (!words.accept("message")) {
                    throw words.unexpected("message", words.peek());
                }
                final LinkPattern pattern = operands.pattern(words, false);
                return stage -> stage.expectMessage(pattern, isExpected);
            }
            default:
                return expectReplica(words, expected);
        }
    }

    private Step.Action expectReplica(final Words words, final String expected) {
        final String name = words.peek();
        if (!name.matches("r[0-9]+")) {
            throw words.unexpected(expected, name);
        }
        final int replica = operands.replica(words);
        if (words.accept("down")) {
            return stage -> stage.expectDown(replica);
        }
        if (words.accept("failed")) {
            final String text = words.isDone() ? "" : words.next("a text");
            return stage -> stage.expectFailed(replica, text);
        }
        final String keys =
                "down, failed, or status=, view=, logView=, primary=, head=, ackable=, applied=, commit= or checkpoint=";
        final List<String> rest = Operands.rest(words, keys);
        for (final String each : rest) {
            if (!each.matches("(view|logView|head|ackable|applied|commit|checkpoint)=[0-9]+|primary=r[0-9]|status=("
                    + Arrays.stream(Status.values()).map(Enum::name).collect(Collectors.joining("|")) + ")")) {
                throw words.unexpected(keys, each);
            }
        }
        return stage -> stage.expectState(replica, rest);
    }
}
