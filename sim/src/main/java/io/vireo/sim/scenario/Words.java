package io.vireo.sim.scenario;

import java.util.ArrayList;
import java.util.List;

/** The words of one line, read from left to right. A word in quotes may hold spaces; '#' outside of quotes begins a comment. */
final class Words {
    private final String file;
    private final int line;
    private final List<String> words = new ArrayList<>();
    private final String text;
    private int next;

    Words(final String file, final int line, final String raw) {
        this.file = file;
        this.line = line;
        int at = 0;
        int end = raw.length();
        while (at < end) {
            final char c = raw.charAt(at);
            if (c == '#') {
                end = at;
            } else if (c == ' ' || c == '\t') {
                at++;
            } else if (c == '"') {
                final int close = raw.indexOf('"', at + 1);
                if (close < 0) {
                    throw new ScenarioException(file, line, "expected a closing quote after " + raw.substring(at));
                }
                words.add(raw.substring(at + 1, close));
                at = close + 1;
            } else {
                int last = at;
                while (last < end && " \t#".indexOf(raw.charAt(last)) < 0) {
                    last++;
                }
                words.add(raw.substring(at, last));
                at = last;
            }
        }
        text = raw.substring(0, end).strip();
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    String text() {
        return text;
    }

    boolean isDone() {
        return next == words.size();
    }

    /** The next word, which stays; empty at the end. */
    String peek() {
        return isDone() ? "" : words.get(next);
    }

    String next(final String expected) {
        if (isDone()) {
            throw error("expected " + expected + ", found the end of the line");
        }
        return words.get(next++);
    }

    /** Takes the next word if it is this one. */
    boolean accept(final String word) {
        if (peek().equals(word)) {
            next++;
            return true;
        }
        return false;
    }

    long number(final String expected) {
        final String word = next(expected);
        if (!word.matches("[0-9]{1,18}")) {
            throw unexpected(expected, word);
        }
        return Long.parseLong(word);
    }

    ScenarioException unexpected(final String expected, final String found) {
        return error("expected " + expected + ", found '" + found + "'");
    }

    ScenarioException error(final String what) {
        return new ScenarioException(file, line, what);
    }

    void end() {
        if (!isDone()) {
            throw unexpected("the end of the line", peek());
        }
    }
}
