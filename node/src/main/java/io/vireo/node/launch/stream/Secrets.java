package io.vireo.node.launch.stream;

import io.vireo.node.iggy.Secret;
import io.vireo.node.launch.Failures;
import io.vireo.node.launch.OperatorException;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where commands take secrets from: files and the terminal, never arguments. */
final class Secrets {
    private Secrets() {}

    /** The first line of a file. @param option that names it, for the message. */
    static Secret ofFile(final String option, final Path file) {
        if (file == null) {
            return null;
        }
        try {
            final String line = Files.readString(file).lines().findFirst().orElse("");
            if (line.isEmpty()) {
                throw new OperatorException(option + ": the first line of " + file + " is empty");
            }
            return new Secret(line);
        } catch (final IOException e) {
            throw new OperatorException(option + ": cannot read " + file + ": " + Failures.text(e), e);
        }
    }

    /** Typed without an echo. @param console where somebody sits. */
    static Secret ofTerminal(final Console console, final String question) {
        final char[] typed = console.readPassword("%s: ", question);
        if (typed == null) {
            throw new OperatorException(question + ": nothing was typed");
        }
        return new Secret(new String(typed));
    }
}
